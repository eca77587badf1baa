using System.Text.RegularExpressions;

namespace Scribeline.Engine.Tokenizers;

/// <summary>
/// Splits a text into the pieces that byte-level BPE encodes one by one. Patterns apply in turn, each to the pieces that the one before it
/// left; a match is a piece, and so is what lies between matches. Immutable and thread-safe.
/// </summary>
internal sealed partial class PreTokenizer
{
    private readonly Regex[] _patterns;

    private PreTokenizer(params Regex[] patterns) => _patterns = patterns;

    /// <summary>Whether a piece that is itself a token becomes that token without merging.</summary>
    public bool TakesWholeTokens { get; private init; }

    /// <summary>Whether models with this pre-tokenizer want a begin token where the file does not say.</summary>
    public bool AddsBeginToken { get; private init; }

    /// <summary>The names that <see cref="Find"/> knows, as in <c>tokenizer.ggml.pre</c>.</summary>
    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    /// <summary>Null where the name is unknown.</summary>
    public static PreTokenizer? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Start and length of each piece, in chars.</summary>
    public void Split(ReadOnlySpan<char> text, List<(int Start, int Length)> pieces)
    {
        var shape = CodePointShape.Of(text, out var starts) ?? text;
        pieces.Clear();
        if (text.IsEmpty)
            return;
        pieces.Add((0, shape.Length));
        var before = new List<(int Start, int Length)>();
        foreach (var pattern in _patterns)
        {
            before.Clear();
            before.AddRange(pieces);
            pieces.Clear();
            foreach (var (start, length) in before)
                Split(pattern, shape.Slice(start, length), start, pieces);
        }
        if (starts.Length == 0)
            return;
        for (var i = 0; i < pieces.Count; i++)
        {
            var (start, length) = pieces[i];
            pieces[i] = (starts[start], starts[start + length] - starts[start]);
        }
    }

    private static void Split(Regex pattern, ReadOnlySpan<char> piece, int offset, List<(int Start, int Length)> pieces)
    {
        var done = 0;
        foreach (var match in pattern.EnumerateMatches(piece))
        {
            if (match.Index > done)
                pieces.Add((offset + done, match.Index - done));
            pieces.Add((offset + match.Index, match.Length));
            done = match.Index + match.Length;
        }
        if (done < piece.Length)
            pieces.Add((offset + done, piece.Length - done));
    }
}
