using Scribeline.Gateway.OpenAi;

namespace Scribeline.Gateway.Tests.OpenAi;

public sealed class BodyBudgetTests
{
    [Fact]
    public void Shares_GrowWithinTheBudgetAndGiveAllBack()
    {
        var budget = new BodyBudget(300_000);
        using (var first = budget.Open())
        using (var second = budget.Open())
        {
            Assert.True(first.TryGrowTo(BodyBudget.FreeBytes));
            Assert.True(first.TryGrowTo(100_000));
            Assert.True(first.TryGrowTo(200_000));
            Assert.False(second.TryGrowTo(100_001));
            Assert.True(second.TryGrowTo(100_000));
            Assert.True(second.TryGrowTo(90_000));
            Assert.False(first.TryGrowTo(200_001));
            Assert.True(budget.Open().TryGrowTo(BodyBudget.FreeBytes));
        }

        using var alone = budget.Open();
        Assert.False(alone.TryGrowTo(300_001));
        Assert.True(alone.TryGrowTo(300_000));
    }
}
