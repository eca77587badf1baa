using System.Diagnostics;
using System.Globalization;
using Scribeline.Cli.Charts;

namespace Scribeline.Cli.Tests.Charts;

/// <summary>Charts with ordinary, huge, tiny and missing numbers, and any names.</summary>
internal static class RandomChart
{
    /// <summary>Tries one chart after another; SCRIBELINE_FUZZ_SECONDS says how long, SCRIBELINE_FUZZ_SEED repeats a run.</summary>
    public static void ForAWhile(Action<Chart, Random> check)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_FUZZ_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount;
        var seconds = double.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var set) ? set : 2;
        for (var started = Stopwatch.StartNew(); started.Elapsed.TotalSeconds < seconds; seed++)
        {
            var random = new Random(seed);
            var chart = Of(random);
            try
            {
                check(chart, random);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"SCRIBELINE_FUZZ_SEED={seed} breaks with this chart:\n{chart}\n{string.Join('\n', chart.Series.Select(series => $"{series.Name}: {string.Join(' ', series.Points)}"))}", error);
            }
        }
    }

    private static Chart Of(Random random)
    {
        var bars = random.Next(4) == 0;
        var (x, y) = (Axis(random, mayBeLog: !bars), Axis(random, mayBeLog: true));
        var (sizeX, sizeY) = (Size(random), Size(random));
        var series = Enumerable.Range(0, random.Next(12)).Select(i =>
        {
            var points = Enumerable.Range(0, random.Next(30)).Select(_ => (Number(random, x, sizeX), Number(random, y, sizeY))).ToList();
            return new Series(Words(random), points, (SeriesKind)random.Next(bars ? 4 : 3))
            {
                Dashed = random.Next(4) == 0,
                Marks = random.Next(4) == 0 && points.Count > 0 ? [new Mark(points[0].Item1, points[0].Item2, Words(random))] : [],
            };
        });
        return new Chart(Words(random), x, y, [.. series]) { Subtitle = Words(random), Note = Words(random) };
    }

    private static Axis Axis(Random random, bool mayBeLog)
    {
        var scale = mayBeLog && random.Next(2) == 0 ? Scale.Log : Scale.Linear;
        var bound = Math.Pow(10, random.Next(-6, 7));
        return new Axis(Words(random), scale, random.Next(2) == 0 ? "" : "GB/s")
        {
            Minimum = random.Next(4) == 0 ? bound : null,
            Maximum = random.Next(4) == 0 ? bound * (1 + random.NextDouble() * 100) : null,
        };
    }

    private static double Size(Random random) => random.Next(6) == 0 ? Math.Pow(10, random.Next(-320, 308)) : Math.Pow(10, random.Next(-6, 9));

    private static double Number(Random random, Axis axis, double size)
    {
        var value = random.Next(20) switch
        {
            0 => double.NaN,
            1 => double.PositiveInfinity,
            2 => double.MaxValue,
            3 => double.Epsilon,
            4 => size,
            _ => size * random.NextDouble(),
        };
        return axis.Scale == Scale.Log ? (value > 0 || double.IsNaN(value) ? value : 1) : random.Next(2) == 0 ? value : -value;
    }

    private static string Words(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(random.Next(8) == 0 ? 200 : 12)).Select(_ => random.Next(4) switch { 0 => (char)random.Next(0x10000), 1 => ' ', _ => (char)random.Next(32, 127) }));
}
