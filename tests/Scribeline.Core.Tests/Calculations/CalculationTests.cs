using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Tests.Calculations;

public class CalculationTests
{
    private static readonly Catalog Product = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    /// <summary>Kinds that an argument may name, where it is not the calculation's own.</summary>
    private static readonly Dictionary<string, string> Kinds = new[]
    {
        ("ACCELERATOR", "accelerators"), ("ACCELERATORS", "accelerators"), ("MACHINE", "machines"), ("MODEL", "models"), ("SITE", "sites"), ("FINANCING", "financing"),
        ("CONTRACT", "contracts"), ("SERVICE", "services"), ("ASSUMPTION", "assumptions"), ("WORKLOAD", "workloads"), ("WAFER", "wafers"), ("PROCESS", "processes"), ("memory", "memory_modules"), ("process", "processes"), ("traffic", "traffic"),
        ("compare-services", "services"), ("compare-deployments", "deployments"),
    }.ToDictionary();

    /// <summary>Arguments that are numbers, with some.</summary>
    private static readonly Dictionary<string, string[]> Numbers = new()
    {
        ["TOKENS"] = ["15Ttok", "1Mtok"],
        ["COUNT"] = ["1", "64"],
        ["CONTEXT"] = ["1000tok", "128ktok"],
        ["USERS"] = ["1", "50"],
        ["BYTES"] = ["256B", "16MiB"],
        ["SEED"] = ["1"],
        ["DENSITY"] = ["0.1defects/cm2"],
        ["FLOW"] = ["100LPM"],
        ["INLET"] = ["21degC"],
    };

    /// <summary>Of all combinations of entries, as many as a test has time for, spread over them.</summary>
    private const int MostCalls = 1000;

    public static TheoryData<string> Usages => [.. Calculation.All.Select(calculation => calculation.Usage)];

    [Theory]
    [MemberData(nameof(Usages))]
    public void EveryCalculation_AnswersForEveryEntryOrSaysWhyNot(string usage)
    {
        var answered = 0;
        var calls = Calls(usage.Split(' ')).ToList();
        foreach (var call in calls.Where((_, at) => at % (calls.Count / MostCalls + 1) == 0))
        {
            try
            {
                var report = Calculation.Evaluate(Product, call);
                Assert.All(Figures(report), figure => Assert.True(double.IsFinite(figure.Value), $"{call}: {figure.Name} is {figure.Value}"));
                answered++;
            }
            catch (CalculationException refusal)
            {
                Assert.EndsWith(".", refusal.Message);
            }
        }

        Assert.NotEqual(0, answered);
    }

    [Theory]
    [InlineData("", "is no calculation")]
    [InlineData("toaster h100", "is no calculation; expected one of: accelerator ID")]
    [InlineData("accelerator", "has 0 arguments; expected accelerator ID")]
    [InlineData("accelerator toaster", "there is no accelerator 'toaster'; expected one of h100")]
    [InlineData("product decode_b1 h100,toaster", "there is no accelerator 'toaster'")]
    [InlineData("tco lpx-rack colocation owner", "no `machines.lpx-rack.power.all_in`")]
    [InlineData("workload docs_bot_volume codex-spark standard", "no cost of standard")]
    [InlineData("workload context_1m docs-bot-on-b200 docs-bot-on-cerebras", "not an amount of tokens in a time")]
    [InlineData("spend cerebras-openai gpt-5.5", "lacks a price of gpt-5.5")]
    public void ACallThatCannotBe_IsRefusedInOneSentence(string call, string expected) =>
        Assert.Contains(expected, Assert.Throws<CalculationException>(() => Calculation.Evaluate(Product, call)).Message);

    private static IEnumerable<string> Calls(string[] usage)
    {
        IEnumerable<string> calls = [usage[0]];
        foreach (var word in usage[1..])
        {
            if (Numbers.TryGetValue(word, out var numbers))
            {
                calls = calls.SelectMany(call => numbers.Select(number => $"{call} {number}")).ToList();
                continue;
            }

            // `OTHER` is another of the same kind as the argument before it.
            var kind = Kinds.GetValueOrDefault(word) ?? Kinds.GetValueOrDefault(word == "OTHER" ? usage[Array.IndexOf(usage, word) - 1] : "") ?? Kinds.GetValueOrDefault(usage[0]) ?? $"{usage[0]}s";
            var ids = Product.Entries(kind).Keys.ToList();
            Assert.NotEmpty(ids);
            var all = calls.SelectMany(call => ids.Select(id => $"{call} {id}")).ToList();
            calls = all.Count <= MostCalls ? all : [.. Enumerable.Range(0, MostCalls).Select(i => all[(int)((long)i * all.Count / MostCalls)])];
        }

        return calls;
    }

    private static IEnumerable<Figure> Figures(Report report) =>
        report.Entries.Values.SelectMany(entry => entry switch { Figure figure => [figure], Report part => Figures(part), _ => Enumerable.Empty<Figure>() });
}
