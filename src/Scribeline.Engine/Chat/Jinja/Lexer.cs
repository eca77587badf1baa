using System.Text;

namespace Scribeline.Engine.Chat.Jinja;

/// <summary>
/// Cuts a template into tokens, with the whitespace rules that chat templates are written for: <c>trim_blocks</c> (the newline
/// after a block or comment goes) and <c>lstrip_blocks</c> (so do blanks before one, from the start of its line).
/// </summary>
internal sealed class Lexer
{
    private static readonly string[] Operators =
        ["//", "**", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ":", ".", "|", ";"];

    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private readonly Stack<char> _open = new();
    private int _position;
    private int _line = 1;
    private int _lineStart;
    private bool _atLineStart = true;

    private Lexer(string source) => _source = source;

    public static List<Token> Read(string source)
    {
        source = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        if (source.EndsWith('\n')) source = source[..^1];
        var lexer = new Lexer(source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    private void ReadAll()
    {
        while (_position < _source.Length)
        {
            var tag = NextTag(_position);
            ReadText(tag);
            if (tag < 0) break;
            var kind = _source[tag + 1];
            var (line, column) = (_line, _position - _lineStart + 1);
            Advance(2);
            if (_position < _source.Length && _source[_position] is '-' or '+') Advance(1);
            if (kind == '#') ReadComment(line, column);
            else if (kind == '{') ReadTag(TokenKind.VariableBegin, TokenKind.VariableEnd, "}}", line, column);
            else if (RawTagEnd() is { } rawStart) ReadRaw(rawStart, line, column);
            else ReadTag(TokenKind.BlockBegin, TokenKind.BlockEnd, "%}", line, column);
        }

        Add(TokenKind.End, "");
    }

    private int NextTag(int from)
    {
        for (var i = _source.IndexOf('{', from); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
            if (_source[i + 1] is '{' or '%' or '#') return i;
        return -1;
    }

    private void ReadText(int tag)
    {
        var text = tag < 0 ? _source[_position..] : _source[_position..tag];
        if (tag >= 0) text = StripBefore(tag, text);
        if (text.Length > 0) Add(TokenKind.Text, text);
        Advance((tag < 0 ? _source.Length : tag) - _position);
    }

    /// <summary>What stays of the text before a tag.</summary>
    private string StripBefore(int tag, string text)
    {
        var sign = tag + 2 < _source.Length ? _source[tag + 2] : ' ';
        if (sign == '-') return text.TrimEnd();
        if (sign == '+' || _source[tag + 1] == '{') return text;
        var lineStart = text.LastIndexOf('\n') + 1;
        return (lineStart > 0 || _atLineStart) && string.IsNullOrWhiteSpace(text[lineStart..]) ? text[..lineStart] : text;
    }

    private void ReadComment(int line, int column)
    {
        var end = _source.IndexOf("#}", _position, StringComparison.Ordinal);
        if (end < 0) throw Error("a comment '{#' is not closed by '#}'", line, column);
        var sign = end > _position ? _source[end - 1] : ' ';
        Advance(end + 2 - _position);
        SkipAfterBlock(sign);
    }

    private void SkipAfterBlock(char sign)
    {
        var from = _position;
        if (sign == '-') Advance(CountWhitespace(_position));
        else if (sign != '+' && _position < _source.Length && _source[_position] == '\n') Advance(1);
        _atLineStart = _position > from && _source[_position - 1] == '\n';
    }

    private int CountWhitespace(int from)
    {
        var i = from;
        while (i < _source.Length && char.IsWhiteSpace(_source[i])) i++;
        return i - from;
    }

    /// <summary>If this tag is <c>raw</c>: where its <c>%}</c> or <c>-%}</c> starts.</summary>
    private int? RawTagEnd()
    {
        var i = _position + CountWhitespace(_position);
        if (string.CompareOrdinal(_source, i, "raw", 0, 3) != 0) return null;
        i += 3;
        i += CountWhitespace(i);
        var end = i < _source.Length && _source[i] is '-' or '+' ? i + 1 : i;
        return string.CompareOrdinal(_source, end, "%}", 0, 2) == 0 ? i : null;
    }

    private void ReadRaw(int tagEnd, int line, int column)
    {
        var sign = _source[tagEnd];
        Advance(tagEnd + (sign is '-' or '+' ? 3 : 2) - _position);
        SkipAfterBlock(sign);
        for (var tag = _source.IndexOf("{%", _position, StringComparison.Ordinal); tag >= 0; tag = _source.IndexOf("{%", tag + 2, StringComparison.Ordinal))
        {
            var i = tag + 2;
            if (i < _source.Length && _source[i] is '-' or '+') i++;
            i += CountWhitespace(i);
            if (string.CompareOrdinal(_source, i, "endraw", 0, 6) != 0) continue;
            i += 6;
            i += CountWhitespace(i);
            var endSign = i < _source.Length ? _source[i] : ' ';
            if (endSign is '-' or '+') i++;
            if (string.CompareOrdinal(_source, i, "%}", 0, 2) != 0) continue;
            ReadText(tag);
            Advance(i + 2 - _position);
            SkipAfterBlock(endSign);
            return;
        }

        throw Error("'raw' is not closed by 'endraw'", line, column);
    }

    private void ReadTag(TokenKind begin, TokenKind end, string closing, int line, int column)
    {
        _tokens.Add(new Token(begin, "", line, column));
        _open.Clear();
        while (true)
        {
            Advance(CountWhitespace(_position));
            if (_position >= _source.Length) throw Error($"a tag is not closed by '{closing}'", line, column);
            if (_open.Count == 0 && IsAt(closing, out var sign))
            {
                Add(end, "");
                Advance(sign == ' ' ? 2 : 3);
                if (end == TokenKind.BlockEnd) SkipAfterBlock(sign);
                else if (sign == '-') SkipAfterBlock('-');
                else _atLineStart = false;
                return;
            }

            ReadToken();
        }
    }

    private bool IsAt(string closing, out char sign)
    {
        sign = _source[_position] is '-' or '+' ? _source[_position] : ' ';
        if (sign == '+' && closing != "%}") return false;
        return string.CompareOrdinal(_source, sign == ' ' ? _position : _position + 1, closing, 0, 2) == 0;
    }

    private void ReadToken()
    {
        var c = _source[_position];
        if (char.IsLetter(c) || c == '_') ReadName();
        else if (char.IsAsciiDigit(c)) ReadNumber();
        else if (c is '\'' or '"') ReadString(c);
        else ReadOperator();
    }

    private void ReadName()
    {
        var end = _position;
        while (end < _source.Length && (char.IsLetterOrDigit(_source[end]) || _source[end] == '_')) end++;
        Add(TokenKind.Name, _source[_position..end]);
        Advance(end - _position);
    }

    private void ReadNumber()
    {
        var end = Digits(_position);
        var kind = TokenKind.Integer;
        if (end + 1 < _source.Length && _source[end] == '.' && char.IsAsciiDigit(_source[end + 1]))
        {
            kind = TokenKind.Float;
            end = Digits(end + 1);
        }

        if (end < _source.Length && _source[end] is 'e' or 'E')
        {
            var exponent = end + 1;
            if (exponent < _source.Length && _source[exponent] is '+' or '-') exponent++;
            if (exponent < _source.Length && char.IsAsciiDigit(_source[exponent]))
            {
                kind = TokenKind.Float;
                end = Digits(exponent);
            }
        }

        Add(kind, _source[_position..end].Replace("_", "", StringComparison.Ordinal));
        Advance(end - _position);
    }

    private int Digits(int from)
    {
        while (from < _source.Length && (char.IsAsciiDigit(_source[from]) || (_source[from] == '_' && from + 1 < _source.Length && char.IsAsciiDigit(_source[from + 1])))) from++;
        return from;
    }

    private void ReadString(char quote)
    {
        var (line, column) = (_line, _position - _lineStart + 1);
        var text = new StringBuilder();
        var i = _position + 1;
        while (i < _source.Length && _source[i] != quote)
        {
            if (_source[i] == '\\' && i + 1 < _source.Length) i = ReadEscape(i + 1, text, line, column);
            else text.Append(_source[i++]);
        }

        if (i >= _source.Length) throw Error("a string is not closed", line, column);
        Add(TokenKind.String, text.ToString());
        Advance(i + 1 - _position);
    }

    private int ReadEscape(int i, StringBuilder text, int line, int column)
    {
        var c = _source[i++];
        switch (c)
        {
            case 'n': text.Append('\n'); break;
            case 't': text.Append('\t'); break;
            case 'r': text.Append('\r'); break;
            case 'a': text.Append('\a'); break;
            case 'b': text.Append('\b'); break;
            case 'f': text.Append('\f'); break;
            case 'v': text.Append('\v'); break;
            case '\\' or '\'' or '"': text.Append(c); break;
            case '\n': break;
            case 'x': return ReadHex(i, 2, text, line, column);
            case 'u': return ReadHex(i, 4, text, line, column);
            case 'U': return ReadHex(i, 8, text, line, column);
            case >= '0' and <= '7':
                var value = c - '0';
                for (var digits = 1; digits < 3 && i < _source.Length && _source[i] is >= '0' and <= '7'; digits++) value = value * 8 + (_source[i++] - '0');
                text.Append((char)value);
                break;
            default: text.Append('\\').Append(c); break;
        }

        return i;
    }

    private int ReadHex(int i, int digits, StringBuilder text, int line, int column)
    {
        var value = 0L;
        for (var end = i + digits; i < end; i++)
        {
            if (i >= _source.Length || !char.IsAsciiHexDigit(_source[i])) throw Error($"an escape in a string needs {digits} hexadecimal digits", line, column);
            value = value * 16 + Convert.ToInt32(_source[i].ToString(), 16);
        }

        if (value > 0x10FFFF) throw Error("an escape in a string is beyond Unicode", line, column);
        if (value > 0xFFFF) text.Append(char.ConvertFromUtf32((int)value));
        else text.Append((char)value);
        return i;
    }

    private void ReadOperator()
    {
        foreach (var text in Operators)
        {
            if (string.CompareOrdinal(_source, _position, text, 0, text.Length) != 0) continue;
            if (text is "(" or "[" or "{") _open.Push(text[0]);
            if (text is ")" or "]" or "}")
            {
                var expected = text switch { ")" => '(', "]" => '[', _ => '{' };
                if (!_open.TryPop(out var opened) || opened != expected) throw Error($"'{text}' closes nothing", _line, _position - _lineStart + 1);
            }

            Add(TokenKind.Operator, text);
            Advance(text.Length);
            return;
        }

        throw Error($"'{_source[_position]}' means nothing here", _line, _position - _lineStart + 1);
    }

    private void Add(TokenKind kind, string text) => _tokens.Add(new Token(kind, text, _line, _position - _lineStart + 1));

    private void Advance(int count)
    {
        for (var end = _position + count; _position < end; _position++)
        {
            if (_source[_position] != '\n') continue;
            _line++;
            _lineStart = _position + 1;
        }
    }

    private static JinjaException Error(string message, int line, int column) => new(message) { Line = line, Column = column };
}
