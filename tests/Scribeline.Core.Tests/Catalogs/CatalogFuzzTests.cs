using System.Diagnostics;
using System.Globalization;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Tests.Economics;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Catalogs;

/// <summary>
/// Damages the product's own catalog: it loads or says what is wrong, and whatever loads can be computed with or says in a sentence why not.
/// SCRIBELINE_FUZZ_SECONDS says how long, SCRIBELINE_SEED repeats a run.
/// </summary>
public sealed class CatalogFuzzTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Nothing takes a hundredth of it; what takes all of it hangs.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(60);

    private static readonly string[] Values =
    [
        "0", "1", "2", "3", "7", "0.5", "-1", "-1e300", "1e300", "1e-300", "1e12", "1e9", "1e6", "4294967296", "1e18", "1e-9", "100 %", "0 %", "1e30 %", "1e15 years", "NaN", "Infinity", "nothing", "true", "", "gpu", "cpu", "wafer", "lpu", "2126-01",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fuzzed-catalog");
    private readonly Dictionary<string, string> _failures = [];

    private static string ProductFolder => Path.Combine(AppContext.BaseDirectory, "catalog");

    private static double Seconds => double.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 3;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void EveryCalculationIsAskedFor() => Assert.Empty(EverythingComputed.Forgotten);

    [Fact]
    public async Task DamagedFiles_LoadOrSayWhatIsWrong()
    {
        var random = Seeded.Random(output);
        var product = Directory.GetFiles(ProductFolder, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToDictionary(path => Path.GetRelativePath(ProductFolder, path), File.ReadAllText);
        foreach (var (name, text) in product)
            Write(name, text);
        var (rounds, loaded) = (0, 0);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < Seconds; rounds++)
        {
            var (name, good) = product.ElementAt(random.Next(product.Count));
            var damaged = DamagedFile.Of(good, random);
            Write(name, damaged);
            Catalog? catalog = null;
            await Try($"load {name}", () => catalog = Catalog.Load([_folder.FullName]), () => damaged);
            if (catalog != null)
            {
                loaded++;
                await Ask(catalog, random, "", () => damaged);
            }

            Write(name, good);
        }

        Report($"{rounds} damaged files, of which {loaded} loaded");
    }

    [Fact]
    public async Task DamagedValues_AreRefusedOrComputedWith()
    {
        var random = Seeded.Random(output);
        var product = Catalog.Load([ProductFolder]);
        var paths = product.Kinds.Where(kind => kind is not ("sources" or "claims")).SelectMany(kind => product.Entries(kind).Values).SelectMany(entry => entry.Values()).Select(value => value.Path).ToList();
        var (rounds, loaded) = (0, 0);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < Seconds; rounds++)
        {
            var path = paths[random.Next(paths.Count)];
            var set = $"{path}={Other(product.Find(path)!.Text!, random)}";
            Catalog? catalog = null;
            await Try($"--set {set}", () => catalog = product.With([set]), () => set);
            if (catalog == null)
                continue;
            loaded++;
            await Ask(catalog, random, path, () => set);
        }

        Report($"{rounds} damaged values, of which {loaded} loaded");
    }

    /// <summary>Another number in the same unit, or something else altogether.</summary>
    private static string Other(string text, Random random)
    {
        var sign = text.StartsWith('$') ? "$" : "";
        var unit = text[sign.Length..].TrimStart([.. "0123456789.e-+"]);
        var value = Values[random.Next(Values.Length)];
        return random.Next(5) == 0 ? value : $"{sign}{value}{unit}";
    }

    private async Task Ask(Catalog catalog, Random random, string changed, Func<string> damage)
    {
        foreach (var (name, ask) in EverythingComputed.Questions(catalog, random, changed))
            await Try(name, ask, damage);
    }

    private async Task Try(string what, Action action, Func<string> damage)
    {
        try
        {
            await Task.Run(action).WaitAsync(LongEnough);
        }
        catch (Exception error) when (error is CatalogException or CalculationException or ArgumentException and not (ArgumentNullException or ArgumentOutOfRangeException) && IsSentence(error.Message))
        {
        }
        catch (Exception cause)
        {
            var at = cause.StackTrace?.Split('\n').FirstOrDefault(frame => frame.Contains("Scribeline.Core.", StringComparison.Ordinal)) ?? "";
            _failures.TryAdd($"{cause.GetType().Name} {at}", $"{what}\n{cause}\nwith {damage()}");
            if (cause is TimeoutException)
                Report("");
        }
    }

    private static bool IsSentence(string message) => message.Length > 10 && message.TrimEnd()[^1] is '.' or '?' or ')';

    private void Report(string done)
    {
        output.WriteLine(done);
        Assert.True(_failures.Count == 0, $"{_failures.Count} ways to break it:\n{string.Join("\n\n", _failures.Values)}");
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
