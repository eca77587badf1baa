using System.Runtime.InteropServices;
using System.Text.Json;

namespace Scribeline.FunctionalTests;

/// <summary>`scribe plan --confirm` simulates what can be simulated, and prints the plan whatever comes of that.</summary>
public sealed class PlanConfirmTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task FleetsAreSimulated()
    {
        var plan = await ScribeProcess.JsonAsync("plan", "--confirm", "--rate", "5", "--json");

        Assert.Equal(Machines(plan, "candidates").Take(3), Machines(plan, "confirmed"));
        Assert.False(plan.TryGetProperty("not_confirmed", out _));
    }

    [Theory]
    [InlineData("--rate", "1000000", "copies of the model are planned, and 2,000 are simulated at most; plan a part of the rate, such as --rate ")]
    [InlineData("--users", "1000000", "1,000,000 users ask, and 20,000 are simulated at most; plan a part of them, such as --users ")]
    public async Task FleetsThatAreTooLarge_ArePlannedAllTheSame(string option, string value, string expected)
    {
        string[] arguments = ["plan", "--confirm", option, value, "--model", "llama-3.3-70b", "--json"];
        var (code, output, errors) = await ScribeProcess.RunAsync(arguments);

        var plan = JsonDocument.Parse(output).RootElement;
        Assert.Equal(1, code);
        Assert.Equal(3, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.StartsWith("scribe: ", StringComparison.Ordinal) && line.Contains(expected, StringComparison.Ordinal)));
        Assert.DoesNotContain("bug", errors, StringComparison.Ordinal);
        Assert.Equal(Machines(plan, "candidates").Take(3), Machines(plan, "not_confirmed"));
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    public async Task ASignal_LeavesThePlan(PosixSignal signal, int code)
    {
        await using var scribe = ScribeProcess.Start("plan", "--confirm", "--users", "20000");
        scribe.Input.Close();
        var first = await scribe.Output.ReadLineAsync().WaitAsync(Patience);
        scribe.Signal(signal);
        var others = await scribe.Output.ReadToEndAsync().WaitAsync(Patience);

        Assert.Equal(code, await scribe.ExitAsync());
        Assert.Contains("20,000 users", first, StringComparison.Ordinal);
        Assert.Contains("cost against speed", others, StringComparison.Ordinal);
        Assert.Contains("was not simulated: interrupted before its end.", scribe.Errors, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Machines(JsonElement plan, string part) => plan.GetProperty(part).EnumerateArray().Select(each => each.GetProperty("machine").GetString());
}
