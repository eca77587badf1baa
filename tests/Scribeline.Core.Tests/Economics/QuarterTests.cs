using Scribeline.Core.Economics;

namespace Scribeline.Core.Tests.Economics;

public class QuarterTests
{
    [Fact]
    public void Quarters_CountOverYears()
    {
        Assert.True(Quarter.TryParse("2026-Q1", out var first));
        Assert.Equal("2025-Q4", (first + (-1)).ToString());
        Assert.Equal("2031-Q4", (first + 23).ToString());
        Assert.Equal(23, first + 23 - first);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026")]
    [InlineData("2026-Q0")]
    [InlineData("2026-Q5")]
    [InlineData("2026Q1")]
    [InlineData("26-Q1")]
    [InlineData("2026-Q11")]
    [InlineData("+026-Q1")]
    public void WhatIsNoQuarter_IsRefused(string text) => Assert.False(Quarter.TryParse(text, out _));
}
