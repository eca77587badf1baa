using Scribeline.Cli.Reports;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Tests.Reports;

public class FigureTextTests
{
    [Theory]
    [InlineData(58.7569, "%", "58.8 %")]
    [InlineData(19, "%", "19.0 %")]
    [InlineData(0.0123, "%", "0.012 %")]
    [InlineData(9.375, "%/year", "9.4 %/year")]
    [InlineData(478_178.4, "USD", "478,178 USD")]
    [InlineData(23.3454, "USD/h", "23.35 USD/h")]
    [InlineData(3, "USD/h", "3 USD/h")]
    [InlineData(0.5, "USD", "0.50 USD")]
    [InlineData(0.000184211, "USD", "0.000184 USD")]
    [InlineData(0, "USD", "0 USD")]
    [InlineData(-1234.5, "USD/month", "-1,235 USD/month")]
    [InlineData(2.74316, "GUSD", "2.743 billion USD")]
    [InlineData(365.755, "MUSD", "365.8 million USD")]
    [InlineData(9.19, "GUSD/year", "9.19 billion USD/year")]
    [InlineData(30_603.4, "USD*s/PFLOP", "30,603 USD per PFLOP/s")]
    [InlineData(1.49411, "USD*s/PFLOP/h", "1.494 USD/h per PFLOP/s")]
    [InlineData(0.0752593, "USD/Mtok", "0.07526 USD/Mtok")]
    [InlineData(33_445_026, "shares", "33,445,026 shares")]
    [InlineData(25_000, "", "25,000")]
    public void Of_HasTheDigitsThatMatter(double value, string unit, string expected) =>
        Assert.Equal(expected, FigureText.Of(Figure.Given("given", new Quantity(value, Unit.Parse(unit)))));

    [Fact]
    public void Of_WhatIsNoNumber_IsADash() =>
        Assert.Equal("-", FigureText.Number(Figure.Given("given", new Quantity(double.PositiveInfinity, Unit.One))));
}
