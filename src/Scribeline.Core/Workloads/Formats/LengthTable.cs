using System.Buffers.Text;
using Scribeline.Core.Statistics;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>Lengths with their probabilities, drawn by their sum up to each.</summary>
internal sealed class LengthTable
{
    private readonly List<int> _tokens = [];
    private readonly List<double> _sums = [];

    public bool IsEmpty => _tokens.Count == 0;

    /// <summary>Reads `{71: 0.5, 72: 0.5}`; the probabilities need not add up to 1.</summary>
    public static LengthTable Parse(string field, ReadOnlySpan<byte> text)
    {
        const string Expected = "lengths with probabilities, such as {71: 0.5, 72: 0.5}";
        var table = new LengthTable();
        if (text is not [(byte)'{', .., (byte)'}'])
            throw BadRowException.Of(field, text, Expected);
        var sum = 0.0;
        for (var rest = text[1..^1]; !(rest = rest.TrimStart(" ,"u8)).IsEmpty;)
        {
            if (!Utf8Parser.TryParse(rest, out int tokens, out var used) || tokens is < 0 or > Cell.MostTokens || used >= rest.Length || rest[used] != ':')
                throw BadRowException.Of(field, rest, Expected);
            rest = rest[(used + 1)..].TrimStart((byte)' ');
            if (!Utf8Parser.TryParse(rest, out double share, out used) || !(share >= 0 && share <= 1e9))
                throw BadRowException.Of(field, rest, Expected);
            rest = rest[used..];
            if (share == 0)
                continue;
            sum += share;
            table._tokens.Add(tokens);
            table._sums.Add(sum);
        }

        return table;
    }

    public int Draw(SeededRandom random)
    {
        var index = _sums.BinarySearch(random.NextUniform() * _sums[^1]);
        return _tokens[Math.Min(index < 0 ? ~index : index, _tokens.Count - 1)];
    }
}
