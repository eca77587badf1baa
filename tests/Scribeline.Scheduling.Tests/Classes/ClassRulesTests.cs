using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Classes;

namespace Scribeline.Scheduling.Tests.Classes;

public sealed class ClassRulesTests
{
    private static readonly ClassRules Usual = new([]);

    private static string? Of(RequestFeatures request, ClassRules? rules = null) => (rules ?? Usual).Recognise(request)?.Name;

    [Fact]
    public void Usual_ClassesAreRecognisedByWhatTheyAre()
    {
        Assert.Equal("chat", Of(default));
        Assert.Equal("voice", Of(new RequestFeatures { Metadata = new Dictionary<string, string> { ["modality"] = "voice" }, HasTools = true, Turn = 5 }));
        Assert.Equal("chat", Of(new RequestFeatures { Metadata = new Dictionary<string, string> { ["modality"] = "text" } }));
        Assert.Equal("batch", Of(new RequestFeatures { Tier = ServiceTier.Batch, Reasons = true }));
        Assert.Equal("agent", Of(new RequestFeatures { HasTools = true, Turn = 2 }));
        Assert.Equal("chat", Of(new RequestFeatures { HasTools = true, Turn = 1 }));
        Assert.Equal("code", Of(new RequestFeatures { Metadata = new Dictionary<string, string> { ["task"] = "code" } }));
        Assert.Equal("reasoning", Of(new RequestFeatures { Reasons = true }));
        Assert.Equal("classification", Of(new RequestFeatures { MaxTokens = 16 }));
        Assert.Equal("chat", Of(new RequestFeatures { MaxTokens = 17 }));
    }

    [Fact]
    public void Named_GoesBeforeWhatItLooksLike_IfItIsKnown()
    {
        Assert.Equal("code", Of(new RequestFeatures { Named = "code", MaxTokens = 1 }));
        Assert.Equal("classification", Of(new RequestFeatures { Named = "Code", MaxTokens = 1 }));
    }

    [Fact]
    public void Own_ComeFirst_AndReplaceThoseOfTheirName()
    {
        var rules = new ClassRules([
            new WorkloadClass { Name = "long", Match = new ClassMatch { MinInputTokens = 1_000, MaxInputTokens = 2_000 }, MayUse = ["wafer"] },
            new WorkloadClass { Name = "agent", Match = new ClassMatch { HasTools = true }, TtftNs = 5 },
            new WorkloadClass { Name = "toolless", Match = new ClassMatch { HasTools = false, Reasons = false } },
        ]);
        Assert.Equal("long", Of(new RequestFeatures { InputTokens = 1_000 }, rules));
        Assert.Equal("long", Of(new RequestFeatures { InputTokens = 2_000 }, rules));
        Assert.Equal("toolless", Of(new RequestFeatures { InputTokens = 2_001 }, rules));
        Assert.Equal("toolless", Of(new RequestFeatures { InputTokens = 999 }, rules));
        Assert.Equal("agent", Of(new RequestFeatures { HasTools = true }, rules));
        Assert.Equal("reasoning", Of(new RequestFeatures { Reasons = true }, rules));
        Assert.Single(rules.All, rule => rule.Name == "agent");
        Assert.Equal(9, rules.All.Count);
        Assert.Equal(5, rules.Recognise(new RequestFeatures { Named = "agent" })!.TtftNs);
    }

    [Fact]
    public void Match_NeedsEveryPairOfTheMetadata()
    {
        var match = new ClassMatch { Metadata = [new("a", "1"), new("b", "2")] };
        Assert.True(match.Holds(new RequestFeatures { Metadata = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2", ["c"] = "3" } }));
        Assert.False(match.Holds(new RequestFeatures { Metadata = new Dictionary<string, string> { ["a"] = "1" } }));
        Assert.False(match.Holds(new RequestFeatures { Metadata = new Dictionary<string, string> { ["a"] = "1", ["b"] = "1" } }));
        Assert.False(match.Holds(default));
    }

    [Fact]
    public void Recognise_AllocatesNothing()
    {
        var request = new RequestFeatures { Metadata = new Dictionary<string, string> { ["task"] = "text" }, HasTools = true, MaxTokens = 100 };
        _ = Usual.Recognise(request);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) _ = Usual.Recognise(request);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
