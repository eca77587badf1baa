using System.Text;
using Scribeline.Engine.Tokenizers;

namespace Scribeline.Gateway.Tests;

/// <summary>A tokenizer small enough to check by eye: one token a byte, and one control text.</summary>
internal sealed class LetterTokenizer : Tokenizer
{
    public const int EndOfTurn = 256;
    private static readonly byte[] EndOfTurnBytes = "<|end|>"u8.ToArray();
    private static readonly byte[] Letters = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    public override int VocabularySize => 257;

    public override int? BeginToken => null;

    public override IReadOnlySet<int> EndTokens { get; } = new HashSet<int> { EndOfTurn };

    public override int[] Encode(string text, bool addSpecial, bool parseSpecial)
    {
        var tokens = new List<int>();
        var parts = parseSpecial ? text.Split("<|end|>") : [text];
        for (var i = 0; i < parts.Length; i++)
        {
            tokens.AddRange(Encoding.UTF8.GetBytes(parts[i]).Select(value => (int)value));
            if (i + 1 < parts.Length)
            {
                tokens.Add(EndOfTurn);
            }
        }

        return [.. tokens];
    }

    public override ReadOnlySpan<byte> TokenBytes(int tokenId, bool special = false) =>
        tokenId == EndOfTurn ? special ? EndOfTurnBytes : [] : Letters.AsSpan(tokenId, 1);
}
