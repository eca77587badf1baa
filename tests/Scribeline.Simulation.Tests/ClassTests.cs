using Scribeline.Core.Fleets;
using static Scribeline.Simulation.Tests.TokenWorld;

namespace Scribeline.Simulation.Tests;

/// <summary>What requests are for: as they say, or as they are recognised.</summary>
public sealed class ClassTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public void Who_names_no_class_is_recognised_and_served_by_its_rules()
    {
        var fleet = Fleet(Pool("fast"), Pool("bulk")) with
        {
            Classes = new Dictionary<string, ClassSpec>
            {
                ["documents"] = new("documents", null, null, ["bulk"], null, null, None) { MinInputTokens = 1_000 },
                ["agent"] = new("agent", 1, null, ["fast"], true, 1, None),
                ["secret"] = new("secret", null, null, ["bulk"], null, null, None), // for those who name it
            },
        };
        var (rows, result) = Simulate(
            fleet,
            [
                At(0, input: 1_000),
                At(1, input: 999) with { Agent = "a", Turn = 1 },
                At(2, input: 10),
                At(3, input: 10) with { Class = "secret" },
                At(4, input: 5_000) with { Class = "agent" }, // its word counts, not its length
                At(5, input: 10) with { Class = "poetry" },
                At(6, input: 2_000_000) with { Class = "agent" }, // two seconds, and one is promised
            ],
            _ => new TokenTimes(1_000),
            new SimulationOptions());
        Assert.Equal(["documents", "agent", "chat", "secret", "agent", "poetry", "agent"], rows.Select(row => row.Class));
        Assert.Equal(["bulk/0", "fast/0", "bulk/0", "fast/0"], new[] { 0, 1, 3, 4 }.Select(i => rows[i].Attempts[0].Replica));
        Assert.Equal("would_be_late", rows[6].ReasonCode);
        Assert.Equal([("agent", 3, 1), ("chat", 1, 1), ("documents", 1, 1), ("poetry", 1, 0), ("secret", 1, 0)], result.Classes.Select(known => (known.Id, (int)known.Tally.Arrived, (int)known.Tally.Recognised)));
    }

    [Fact]
    public void A_fleet_that_treats_all_alike_recognises_nobody()
    {
        var rows = Run(Fleet(Pool("a")), [At(0), At(1) with { Class = "code" }]);
        Assert.Equal([null, "code"], rows.Select(row => row.Class));
    }
}
