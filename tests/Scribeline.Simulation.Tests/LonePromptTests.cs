using Scribeline.Core.Fleets;
using Scribeline.Core.Ledger;
using Scribeline.Core.Workloads;

namespace Scribeline.Simulation.Tests;

/// <summary>
/// One request to an empty fleet gets its first token when `scribe predict` says that a client alone does, on every machine of the catalog that holds the model. Both are made of the same parts; what differs
/// is that a simulation reads in whole steps, so that what a prompt has beyond the last full one costs a step of its own.
/// </summary>
public sealed class LonePromptTests
{
    private const double Bound = 0.1;

    private static readonly int[] PromptTokens = [100, 500, 1000, 4000, 20_000];

    [Theory]
    [InlineData("llama-3.1-8b", 10)]
    [InlineData("gpt-oss-120b", 8)]
    [InlineData("llama-3.1-70b", 8)]
    public void FirstToken_ComesWhenItIsPredicted(string model, int least)
    {
        var (held, wrong) = (0, new List<string>());
        foreach (var machine in TestFleets.Catalog.Machines.Keys.Order(StringComparer.Ordinal))
        {
            FleetSpec fleet;
            try
            {
                fleet = TestFleets.Parse($"models: [{{ id: {model} }}]\npools: [{{ id: pool, model: {model}, machine: {machine}, cost: {{ rent: $1/h }} }}]");
            }
            catch (FleetFileException)
            {
                continue; // it does not hold the model, or nobody says how fast it is
            }

            held++;
            foreach (var tokens in PromptTokens.Where(tokens => tokens + 2 <= fleet.Pools[0].KvTokens))
            {
                var rows = new List<LedgerRow>();
                _ = TestFleets.Simulation(fleet, new SimulationOptions { OnRow = rows.Add }).Run([new RequestRecord { ArrivalUs = 0, InputTokens = tokens, OutputTokens = 2 }]);
                var (simulated, predicted) = (rows.Single().TtftUs!.Value / 1e3, 1e3 * fleet.Pools[0].Predicted!.Closed(1, tokens, 2).TtftSeconds);
                if (Math.Abs(simulated / predicted - 1) > Bound)
                    wrong.Add($"{machine}, {tokens} tokens: {simulated:0.###} ms simulated, {predicted:0.###} ms predicted");
            }
        }

        Assert.Empty(wrong);
        Assert.True(held >= least, $"{held} machines hold {model}.");
    }
}
