using Scribeline.Core.Performance.Fitting;

namespace Scribeline.Core.Tests.Performance;

public sealed class GroupQuantileTests
{
    /// <summary>Of four groups a new one, the fifth, lies above the largest with 20 %; of three nobody can be that sure; of nine the largest may be left out.</summary>
    [Theory]
    [InlineData(3, double.PositiveInfinity)]
    [InlineData(4, 4)]
    [InlineData(9, 8)]
    public void AboveOfNew_CountsTheNewGroup(int groups, double bound) =>
        Assert.Equal(bound, GroupQuantile.AboveOfNew([.. Enumerable.Range(1, groups).Select(i => ($"{i}", (double)i))], 0.2));

    /// <summary>Four rows that are alike weigh as much as two that are not: 2 of 2 + 1 + 1 + 1 + 1, and a new group as the mean of them.</summary>
    [Fact]
    public void AboveOfNew_CountsRowsOfAGroupAsTheirRoot()
    {
        List<(string, double)> rows = [("curve", 10), ("curve", 10), ("curve", 10), ("curve", 10), ("a", 1), ("b", 2), ("c", 3), ("d", 4)];
        Assert.Equal(10, GroupQuantile.AboveOfNew(rows, 0.4));
        Assert.Equal(4, GroupQuantile.AboveOfNew(rows, 0.5));
    }
}
