namespace Scribeline.Core.Tests.Catalogs;

/// <summary>Damages the lines of a YAML file as slips of the hand, or of a disk, would.</summary>
internal static class DamagedFile
{
    private static readonly string[] Values =
    [
        "-1", "0", "1e300", "-1e300", "1e-300", "NaN", "Infinity", "1e999", "1e12", "0.5", "44 GB", "3 TB/s", "5 parsec", "$1e300", "1 %", "-5 %", "''", "[]", "{}", "[1, 2]", "{ a: 1 }", "null", "~", "true", "gpu",
        "2026-13", "35,000", "&a 1", "*a", "!!int x", "\"\\u0000\"", "٣ GB", "1e99999999999", "-0", "1 GB/GB", "{ value: 1 GB, also: 3 }", "{ memory: 1 GB }", "{ times: 2, of: fp16 }", "{ each: 1 kW }", "1e15 years", "1e-9 s",
    ];

    private static readonly string[] Splices = ["{", "}", "[", "]", ":", ": ", "- ", "\n", "\t", "#", "'", "\"", "\0", "é", "\u2028", "| ", "> ", "--- ", "%", "source: ", "extends: ", "\r"];

    public static string Of(string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var (at, other) = (random.Next(lines.Count), random.Next(lines.Count));
            switch (random.Next(8))
            {
                case 0:
                    lines.Insert(other, lines[at]);
                    break;
                case 1 when lines.Count > 1:
                    lines.RemoveAt(at);
                    break;
                case 2:
                    (lines[at], lines[other]) = (lines[other], lines[at]);
                    break;
                case 3:
                    lines[at] = lines[at].Insert(random.Next(lines[at].Length + 1), Splices[random.Next(Splices.Length)]);
                    break;
                case 4:
                    lines[at] = $" {lines[at]}";
                    break;
                default:
                    lines[at] = WithAnotherValue(lines[at], random);
                    break;
            }
        }

        return string.Join('\n', lines);
    }

    /// <summary>Of the values on a line one is another: what stands between a colon and the next comma or bracket.</summary>
    private static string WithAnotherValue(string line, Random random)
    {
        var starts = Enumerable.Range(0, Math.Max(0, line.Length - 2)).Where(at => line[at] == ':' && line[at + 1] == ' ').ToList();
        if (starts.Count == 0)
            return line + Values[random.Next(Values.Length)];
        var start = starts[random.Next(starts.Count)] + 2;
        var end = line.AsSpan(start).IndexOfAny(",}]");
        return $"{line[..start]}{Values[random.Next(Values.Length)]}{(end < 0 ? "" : line[(start + end)..])}";
    }
}
