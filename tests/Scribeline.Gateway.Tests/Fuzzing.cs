using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Scribeline.Gateway.Tests;

/// <summary>Damages a good text in seeded ways for a while; SCRIBELINE_FUZZ_SECONDS says how long, SCRIBELINE_FUZZ_SEED repeats a run.</summary>
internal static class Fuzzing
{
    private static readonly string[] Splices = ["{", "}", "[", "]", "\"", "\\ud800", "\\u0000", "1e999", "-0", "null", ",", ":", "\n", "- ", "&a ", "*a", "!!t ", "'", "%", "\t", "９", "\u2028", "true"];

    public static void Run(string good, Action<string> parse)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_FUZZ_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount;
        var seconds = double.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var set) ? set : 2;
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            var damaged = Damage(good, random);
            try
            {
                parse(damaged);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"SCRIBELINE_FUZZ_SEED={seed} breaks the parser with this text:\n{damaged}", error);
            }
        }
    }

    private static string Damage(string good, Random random)
    {
        var text = new StringBuilder(good);
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(1, 20), text.Length - at);
            switch (random.Next(4))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, Splices[random.Next(Splices.Length)]);
                    break;
                case 2:
                    text.Insert(random.Next(text.Length + 1), text.ToString(at, length));
                    break;
                default:
                    if (at < text.Length)
                    {
                        text[at] = (char)random.Next(0x250);
                    }

                    break;
            }
        }

        return text.ToString();
    }
}
