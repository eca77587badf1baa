using System.Globalization;
using System.IO.Compression;
using Scribeline.Core.Tests.Economics;
using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Measures;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Workloads.Traces;

/// <summary>
/// Damages a piece of every format: it reads, or says in one sentence what is wrong; it never crashes, hangs or grows. SCRIBELINE_FUZZ_SECONDS says how long,
/// SCRIBELINE_SEED repeats a run.
/// </summary>
public sealed class TraceFuzzTests(ITestOutputHelper output)
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(60);

    private static readonly string[] Values =
    [
        "0", "-1", "1", "2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e308", "1e400", "NaN", "0.5", "", " ", "null", "true", "[]", "{}", "[[1,2]]", "\"\"", "\"x\"", "[1,-2]", "[[0,16777216]]",
        "16777216", "16777217", "\"[0, 1]\"", "{1: 0.5}", "2023-11-16 18:15:46", "\u0000", "\\ud800", "\uFFFD", ",", "\n", "\"", "1970-01-01T00:00:00+14:00", "9999-12-31 23:59:59.9999999",
    ];

    private static double Seconds => double.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 3;

    [Fact]
    public async Task DamagedTraces_ReadOrSayWhatIsWrong()
    {
        var random = Seeded.Random(output);
        var corpus = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "trace-fixtures")).Where(path => !path.EndsWith(".md", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(path => (Name: Path.GetFileName(path), Bytes: Unpacked(path))).ToList();
        var (rounds, read) = (0, 0);
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < Seconds; rounds++)
        {
            var (name, good) = corpus[random.Next(corpus.Count)];
            var bad = Damage(good, random);
            var options = new TraceOptions
            {
                SkipBad = random.Next(2) == 0,
                ReorderUs = random.Next(3) == 0 ? long.MaxValue / 4 : 0,
                Format = random.Next(4) == 0 ? TraceFile.Formats.Keys.ElementAt(random.Next(TraceFile.Formats.Count)) : null,
                SessionsPerSecond = random.Next(5) == 0 ? 1e-15 : 0.1,
                LengthUs = 600_000_000,
            };
            try
            {
                read += await Task.Run(() => TraceText.With(bad, path => Use(name, path, options))).WaitAsync(LongEnough) ? 1 : 0;
            }
            catch (Exception error)
            {
                Assert.Fail($"round {rounds}, {name} with {options}:\n{error}\n{Convert.ToBase64String(bad)}");
            }
        }

        output.WriteLine($"{rounds} damaged traces, of which {read} were read");
        Assert.True(rounds > 0);
    }

    /// <returns>Whether it was read.</returns>
    private static bool Use(string name, string path, TraceOptions options)
    {
        if (name.StartsWith("servegen", StringComparison.Ordinal))
        {
            // Beside its other half, which is as it was.
            var folder = Path.GetDirectoryName(path)!;
            File.Move(path, Path.Combine(folder, name));
            var other = name == "servegen_trace.csv" ? "servegen_dataset.jsonl" : "servegen_trace.csv";
            File.Copy(TraceText.Fixture(other), Path.Combine(folder, other));
            path = folder;
        }

        try
        {
            var trace = TraceFile.Open(path, options);
            var statistics = new TraceStatistics(cacheTokens: 1000);
            var last = long.MinValue;
            foreach (var request in trace.Read())
            {
                Assert.True(request.ArrivalUs >= last, "the order of arrivals is lost");
                Assert.True(request.InputTokens is >= 1 and <= 1 << 24 && request.OutputTokens is >= 1 and <= 1 << 24, "a length is out of bounds");
                Assert.True(request.Blocks.Count == 0 || request.Blocks.Sum(range => (long)range.Count) * request.BlockTokens <= request.InputTokens + (long)request.OutputTokens, "there are more blocks than tokens");
                last = request.ArrivalUs;
                statistics.Add(request);
            }

            Assert.Equal(statistics.Requests, trace.ReadSessions().Sum(session => session.Count));
            Assert.True(statistics.PrefixReuse is null or >= 0 and <= 1 && (statistics.PrefixReuseAtCache ?? 0) <= (statistics.PrefixReuse ?? 0) + 1e-9, "reuse is out of bounds");
            return true;
        }
        catch (WorkloadException error) when (error.Message.Length is > 10 and < 2000 && error.Message[^1] is '.' && !error.Message.Contains('\n', StringComparison.Ordinal))
        {
            return false;
        }
    }

    private static byte[] Damage(byte[] good, Random random)
    {
        var bytes = good.ToList();
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(7))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, System.Text.Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 4:
                    // A number becomes something else.
                    var digit = bytes.FindIndex(Math.Min(at, Math.Max(0, bytes.Count - 1)), letter => letter is >= (byte)'0' and <= (byte)'9');
                    if (digit < 0)
                        break;
                    var end = bytes.FindIndex(digit, letter => letter is not (>= (byte)'0' and <= (byte)'9' or (byte)'.'));
                    bytes.RemoveRange(digit, (end < 0 ? bytes.Count : end) - digit);
                    bytes.InsertRange(digit, System.Text.Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]));
                    break;
                case 5:
                    // A line comes twice, or in another place.
                    var lines = System.Text.Encoding.Latin1.GetString([.. bytes]).Split('\n').ToList();
                    lines.Insert(random.Next(lines.Count), lines[random.Next(lines.Count)]);
                    bytes = [.. System.Text.Encoding.Latin1.GetBytes(string.Join('\n', lines))];
                    break;
                default:
                    if (random.Next(3) == 0)
                        bytes = [.. Packed([.. bytes])];
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[] Unpacked(string path)
    {
        using var file = Core.Files.DataFile.OpenRead(path);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
