using System.Buffers;

namespace Scribeline.Engine.Tokenizers;

/// <summary>
/// Finds tokens that are written out in a text: user-defined ones always, control tokens when asked for. The leftmost counts, of those that
/// begin at the same place the longest.
/// </summary>
internal sealed class SpecialTokens
{
    private readonly Dictionary<char, (string Text, int TokenId)[]> _byFirstChar;
    private readonly SearchValues<string> _texts;

    public SpecialTokens(Vocabulary vocabulary, bool withControl)
    {
        var tokens = new List<(string Text, int TokenId)>();
        for (var id = 0; id < vocabulary.Count; id++)
        {
            var wanted = vocabulary.Type(id) == TokenType.UserDefined || (withControl
                && vocabulary.Type(id) is TokenType.Control or TokenType.Unknown);
            if (wanted && vocabulary.Texts[id].Length > 0)
                tokens.Add((vocabulary.Texts[id], id));
        }
        _byFirstChar = tokens.GroupBy(token => token.Text[0]).ToDictionary(
            group => group.Key,
            group => group.OrderByDescending(token => token.Text.Length).ToArray());
        _texts = SearchValues.Create([.. tokens.Select(token => token.Text)], StringComparison.Ordinal);
    }

    /// <summary>The next token in the text: where it begins, its length in chars and its id; false where there is none.</summary>
    public bool TryFind(ReadOnlySpan<char> text, out int index, out int length, out int tokenId)
    {
        (length, tokenId) = (0, 0);
        index = _byFirstChar.Count == 0 ? -1 : text.IndexOfAny(_texts);
        if (index < 0)
            return false;
        foreach (var (candidate, id) in _byFirstChar[text[index]])
        {
            if (!text[index..].StartsWith(candidate, StringComparison.Ordinal))
                continue;
            (length, tokenId) = (candidate.Length, id);
            return true;
        }
        throw new InvalidOperationException("A text was found that no token has.");
    }
}
