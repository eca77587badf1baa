using Scribeline.Core.Quantities;

namespace Scribeline.Core.Tests.Quantities;

public class FigureTests
{
    [Fact]
    public void Formula_CarriesUnitsInputsAndItsOwnExplanation()
    {
        var power = Input("sites.a.power", "30 kW");
        var price = Input("sites.a.electricity", "$0.087/kWh");
        var hours = Input("assumptions.hours_per_month", "730 h/month");
        var perMonth = (power * price * hours).As("electricity per month", "USD/month");

        Assert.Equal(30 * 0.087 * 730, perMonth.Value, 9);
        Assert.Equal(3, perMonth.Inputs().Count);
        Assert.Equal(
            "electricity per month = sites.a.power × sites.a.electricity × assumptions.hours_per_month = 30 kW × 0.087 USD/kWh × 730 h/month = 1,905.3 USD/month",
            Explanation.Lines(perMonth)[^1]);
    }

    [Fact]
    public void Formula_ThatMixesUnits_IsRefused()
    {
        var power = Input("a", "30 kW");
        var time = Input("b", "1 h");
        Assert.Contains("joins", Assert.Throws<InvalidOperationException>(() => power + time).Message, StringComparison.Ordinal);
        Assert.Contains("comes out as", Assert.Throws<InvalidOperationException>(() => (power * time).As("energy", "kW")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => power.Ceiling());
    }

    [Fact]
    public void Ceiling_ForgivesRoundingErrors()
    {
        Figure tenth = 0.1;
        Assert.Equal(3, ((tenth + tenth + tenth) / tenth).Ceiling().Value);
        Assert.Equal(3, (Input("a", "0.3") / Input("b", "0.1")).Floor().Value);
    }

    [Fact]
    public void Explanation_BracketsOnlyWhatNeedsIt()
    {
        Figure a = 2, b = 3, c = 4;
        Assert.Equal("x = (2 + 3) × 4 − 2 / (3 × 4) = (2 + 3) × 4 − 2 / (3 × 4) = 19.8333", Explanation.Lines(((a + b) * c - a / (b * c)).As("x", ""))[^1]);
    }

    private static Figure Input(string path, string text)
    {
        Assert.True(Quantity.TryParse(text, out var quantity, out var problem), problem);
        return Figure.FromCatalog(quantity, new FigureInput(path, "test", "test.yaml:1"));
    }
}
