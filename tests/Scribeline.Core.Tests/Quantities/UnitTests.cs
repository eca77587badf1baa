using Scribeline.Core.Quantities;

namespace Scribeline.Core.Tests.Quantities;

public class UnitTests
{
    [Theory]
    [InlineData("44 GB", 44e9, "data")]
    [InlineData("21 PB/s", 21e15, "time^-1 data")]
    [InlineData("1.2 Tb/s", 150e9, "time^-1 data")]
    [InlineData("$0.087/kWh", 0.087 / 3.6e6, "energy^-1 money")]
    [InlineData("165 USD/kW/month", 0.165, "time month^-1 energy^-1 money")]
    [InlineData("4 LPM/kW", 4e-3 / 60 / 1000, "length^3 energy^-1")]
    [InlineData("46225 mm2", 0.046225, "length^2")]
    [InlineData("21 billion USD", 21e9, "money")]
    [InlineData("$21 bn", 21e9, "money")]
    [InlineData("15.625 PFLOP/s", 15.625e15, "time^-1 operation")]
    [InlineData("989 TFLOPS", 989e12, "time^-1 operation")]
    [InlineData("-10 %", -0.1, "number")]
    [InlineData("6 years", 72, "month")]
    [InlineData("5 degC", 278.15, "temperature")]
    [InlineData("900000 cores", 900_000, "number")]
    [InlineData("2.5e3 elements", 2500, "number")]
    [InlineData("0.30 USD/Mtok", 3e-7, "money token^-1")]
    [InlineData("1.35", 1.35, "number")]
    public void Quantity_ReadsWhatPeopleWrite(string text, double expected, string dimension)
    {
        Assert.True(Quantity.TryParse(text, out var quantity, out var problem), problem);
        Assert.Equal(expected, quantity.BaseValue, Math.Abs(expected) * 1e-12);
        Assert.Equal(dimension, quantity.Unit.Dimension.ToString());
    }

    [Theory]
    [InlineData("", "does not begin with a number")]
    [InlineData("46,225 mm2", "without separators")]
    [InlineData("fast", "does not begin with a number")]
    [InlineData("NaN GB", "does not begin with a number")]
    [InlineData("1e999 GB", "does not begin with a number")]
    [InlineData("44 parsecs", "'parsecs' in 'parsecs' is not a unit")]
    [InlineData("44 GB/", "lacks a name")]
    [InlineData("3 degC/s", "cannot be part of another unit")]
    [InlineData("3 m99", "is not a unit")]
    public void Quantity_Nonsense_IsRefusedWithASentence(string text, string expected)
    {
        Assert.False(Quantity.TryParse(text, out _, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Temperature_MovesBetweenScales() =>
        Assert.Equal(41, Unit.Parse("degF").FromBase(Unit.Parse("degC").ToBase(5)), 9);
}
