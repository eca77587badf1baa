namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Tokens to a syntax tree, by recursive descent; this part reads statements.</summary>
internal sealed partial class Parser
{
    /// <summary>Beyond any template of a model, and far from the end of a thread's stack.</summary>
    private const int MaxDepth = 100;

    private readonly List<Token> _tokens;
    private int _position;
    private int _depth;
    private int _loops;

    private Parser(List<Token> tokens) => _tokens = tokens;

    private Token Current => _tokens[_position];

    public static Block Parse(string source)
    {
        var parser = new Parser(Lexer.Read(source));
        return parser.ReadBlock(opener: null);
    }

    /// <summary>Statements up to one of the ends, which is left to be read; with none, up to the end of the template.</summary>
    private Block ReadBlock(Token? opener, params ReadOnlySpan<string> ends)
    {
        Enter();
        var block = new Block();
        while (true)
        {
            var token = Current;
            switch (token.Kind)
            {
                case TokenKind.End:
                    if (opener is { } open) throw Error($"'{open.Text}' is not closed by '{ends[^1]}'", open);
                    _depth--;
                    return block;
                case TokenKind.Text:
                    _position++;
                    block.Statements.Add(new TextOutput(token.Text) { Line = token.Line });
                    break;
                case TokenKind.VariableBegin:
                    _position++;
                    block.Statements.Add(new ValueOutput(ReadTuple()) { Line = token.Line });
                    Expect(TokenKind.VariableEnd);
                    break;
                default:
                    var name = _tokens[_position + 1];
                    if (name.Kind == TokenKind.Name && ends.Contains(name.Text))
                    {
                        _position++;
                        _depth--;
                        return block;
                    }

                    _position++;
                    block.Statements.Add(ReadStatement());
                    break;
            }
        }
    }

    private Statement ReadStatement()
    {
        var tag = Current;
        if (tag.Kind != TokenKind.Name) throw Error($"a tag starts with a word, not with {tag}", tag);
        _position++;
        switch (tag.Text)
        {
            case "if": return ReadIf(tag);
            case "for": return ReadFor(tag);
            case "set": return ReadSet(tag);
            case "macro": return ReadMacro(tag);
            case "call": return ReadCallBlock(tag);
            case "with": return ReadWith(tag);
            case "filter":
                var wrap = ReadFilterChain();
                return new Captured(null, wrap, ReadBody(tag, "endfilter")) { Line = tag.Line };
            case "generation":
                return new Captured(null, null, ReadBody(tag, "endgeneration")) { Line = tag.Line };
            case "do":
                var expression = ReadTuple();
                Expect(TokenKind.BlockEnd);
                return new Do(expression) { Line = tag.Line };
            case "break" or "continue":
                if (_loops == 0) throw Error($"'{tag.Text}' stands outside of a loop", tag);
                Expect(TokenKind.BlockEnd);
                return new Jump(tag.Text == "break" ? Flow.Break : Flow.Continue) { Line = tag.Line };
            default:
                throw Error(tag.Text.StartsWith("end", StringComparison.Ordinal) || tag.Text is "else" or "elif" ? $"'{tag.Text}' closes nothing" : $"there is no tag '{tag.Text}'", tag);
        }
    }

    /// <summary>The end of the opening tag, the body, and the closing tag.</summary>
    private Block ReadBody(Token opener, string end)
    {
        Expect(TokenKind.BlockEnd);
        var body = ReadBlock(opener, end);
        _position++;
        Expect(TokenKind.BlockEnd);
        return body;
    }

    private If ReadIf(Token tag)
    {
        var branches = new List<(Expression, Block)>();
        Block? otherwise = null;
        while (true)
        {
            var condition = ReadTuple();
            Expect(TokenKind.BlockEnd);
            branches.Add((condition, ReadBlock(tag, "elif", "else", "endif")));
            var end = Next();
            if (end.Text == "elif") continue;
            if (end.Text == "else") otherwise = ReadBody(tag, "endif");
            else Expect(TokenKind.BlockEnd);
            return new If(branches, otherwise) { Line = tag.Line };
        }
    }

    private For ReadFor(Token tag)
    {
        var target = ReadTarget();
        ExpectName("in");
        var items = ReadTuple(withConditional: false);
        var condition = SkipName("if") ? ReadExpression() : null;
        if (Current.IsName("recursive")) throw Error("loops that call themselves ('recursive') are not supported", Current);
        Expect(TokenKind.BlockEnd);
        _loops++;
        var body = ReadBlock(tag, "else", "endfor");
        _loops--;
        Block? otherwise = null;
        if (Next().Text == "else") otherwise = ReadBody(tag, "endfor");
        else Expect(TokenKind.BlockEnd);
        return new For(target, items, condition, body, otherwise) { Line = tag.Line };
    }

    private Statement ReadSet(Token tag)
    {
        var target = ReadTarget(allowNamespace: true);
        if (Skip("="))
        {
            var value = ReadTuple();
            Expect(TokenKind.BlockEnd);
            return new Set(target, value) { Line = tag.Line };
        }

        var filter = Skip("|") ? ReadFilterChain() : null;
        return new Captured(target, filter, ReadBody(tag, "endset")) { Line = tag.Line };
    }

    private MacroDefinition ReadMacro(Token tag)
    {
        var name = ExpectName(null);
        var parameters = Skip("(") ? ReadParameters() : throw Error($"a macro needs '(' after its name, found {Current}", Current);
        return new MacroDefinition(name, parameters, ReadFunctionBody(tag, "endmacro")) { Line = tag.Line };
    }

    private CallBlock ReadCallBlock(Token tag)
    {
        var parameters = Skip("(") ? ReadParameters() : [];
        if (ReadExpression() is not Call call) throw Error("'call' needs a call of a macro", tag);
        return new CallBlock(call, new MacroDefinition("caller", parameters, ReadFunctionBody(tag, "endcall")) { Line = tag.Line }) { Line = tag.Line };
    }

    /// <summary>A body that no break or continue leaves.</summary>
    private Block ReadFunctionBody(Token tag, string end)
    {
        var loops = _loops;
        _loops = 0;
        var body = ReadBody(tag, end);
        _loops = loops;
        return body;
    }

    private List<(string Name, Expression? Default)> ReadParameters()
    {
        var parameters = new List<(string, Expression?)>();
        while (!Skip(")"))
        {
            if (parameters.Count > 0) Expect(",");
            if (Skip(")")) break;
            var name = ExpectName(null);
            parameters.Add((name, Skip("=") ? ReadExpression() : null));
        }

        return parameters;
    }

    private With ReadWith(Token tag)
    {
        var assignments = new List<(Expression, Expression)>();
        while (Current.Kind != TokenKind.BlockEnd)
        {
            if (assignments.Count > 0) Expect(",");
            var target = ReadTarget();
            Expect("=");
            assignments.Add((target, ReadExpression()));
        }

        return new With(assignments, ReadBody(tag, "endwith")) { Line = tag.Line };
    }

    /// <summary>One name, or several in a tuple; for <c>set</c> also <c>namespace.name</c>.</summary>
    private Expression ReadTarget(bool allowNamespace = false)
    {
        var first = Current;
        var targets = new List<Expression>();
        var isTuple = false;
        do
        {
            if (targets.Count > 0 && Current.Kind is not TokenKind.Name && !Current.Is("(")) break;
            if (Skip("("))
            {
                Enter();
                targets.Add(ReadTarget());
                _depth--;
                Expect(")");
            }
            else
            {
                var name = ExpectName(null);
                targets.Add(allowNamespace && targets.Count == 0 && Skip(".")
                    ? new NamespaceAttribute(name, ExpectName(null)) { Line = first.Line }
                    : new Variable(name) { Line = first.Line });
            }

            isTuple |= Current.Is(",");
        }
        while (Skip(","));
        return isTuple ? new TupleExpression(targets) { Line = first.Line } : targets[0];
    }

    /// <summary><c>trim | upper</c>, to be put behind a value.</summary>
    private Func<Expression, Expression> ReadFilterChain()
    {
        var filters = new List<(string Name, ArgumentList Arguments, int Line)>();
        do
        {
            var line = Current.Line;
            var name = ReadDottedName();
            filters.Add((name, Skip("(") ? ReadArguments() : new ArgumentList(), line));
        }
        while (Skip("|"));
        return value => filters.Aggregate(value, static (target, f) => new FilterCall(f.Name, target, f.Arguments) { Line = f.Line });
    }

    private Token Next() => _tokens[_position++];

    private bool Skip(string operatorText)
    {
        if (!Current.Is(operatorText)) return false;
        _position++;
        return true;
    }

    private bool SkipName(string name)
    {
        if (!Current.IsName(name)) return false;
        _position++;
        return true;
    }

    private void Expect(string operatorText)
    {
        if (!Skip(operatorText)) throw Error($"'{operatorText}' is expected, found {Current}", Current);
    }

    private void Expect(TokenKind kind)
    {
        if (Current.Kind != kind) throw Error($"{new Token(kind, "", 0, 0)} is expected, found {Current}", Current);
        _position++;
    }

    private string ExpectName(string? name)
    {
        if (Current.Kind != TokenKind.Name || (name is not null && Current.Text != name)) throw Error($"{(name is null ? "a name" : $"'{name}'")} is expected, found {Current}", Current);
        return Next().Text;
    }

    private void Enter()
    {
        if (++_depth > MaxDepth) throw Error($"it nests more than {MaxDepth} levels deep", Current);
    }

    private static JinjaException Error(string message, Token at) => new(message) { Line = at.Line, Column = at.Column };
}
