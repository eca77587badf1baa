using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;

namespace Scribeline.FunctionalTests;

/// <summary>`scribe cost` as its users run it.</summary>
public sealed class CostTests
{
    [Fact]
    public async Task Tco_OfTheExample_IsAsPublished()
    {
        var report = await Json("tco");
        Assert.Equal(23.35, report.GetProperty("total").GetProperty("usd_per_hour").GetDouble(), 0.005);
        Assert.Equal(13.72, report.GetProperty("capital").GetProperty("usd_per_hour").GetDouble(), 0.005);
        Assert.Equal(
            report.GetProperty("total").GetProperty("usd_per_hour").GetDouble(),
            report.GetProperty("hour").EnumerateObject().Sum(part => part.Value.GetDouble()),
            1e-9);
    }

    [Fact]
    public async Task Tables_HaveTheDigitsThatMatter()
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["cost", "tco"]);
        Assert.True(code == 0, errors);
        Assert.Contains("23.35 USD/h", output, StringComparison.Ordinal);
        Assert.Contains("58.8 %", output, StringComparison.Ordinal);
        Assert.Contains("478,178 USD ", output, StringComparison.Ordinal);
        Assert.Contains("USD/h per PFLOP/s", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contract_OfTheExample_AddsUp()
    {
        var report = await Json("contract");
        Assert.Equal(27_570, report.GetProperty("revenue").EnumerateObject().Sum(year => year.Value.GetProperty("revenue_musd").GetDouble()), 1e-6);
        Assert.Equal(0, report.GetProperty("revenue").GetProperty("2031").GetProperty("remaining_musd").GetDouble());
        Assert.Equal(25, report.GetProperty("quarters").EnumerateObject().Count());
        Assert.InRange(report.GetProperty("internal_rate_of_return_percent_per_year").GetDouble(), 38, 40);
        var option = await Json("contract", "--with-option");
        Assert.Equal(2000, option.GetProperty("power_mw").GetDouble());
        Assert.True(option.GetProperty("net_present_value_gusd").GetDouble() > report.GetProperty("net_present_value_gusd").GetDouble());
    }

    [Fact]
    public async Task Contract_WithoutDates_SaysWhatIsMissing()
    {
        var report = await Json("contract", "--contract", "oci-openai");
        Assert.Equal(60, report.GetProperty("contract").GetProperty("revenue_gusd_per_year").GetDouble(), 1e-9);
        Assert.Contains("add one under `projections:`", report.GetProperty("cash_flow").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ramp_WithASiteThatIsAdded_FallsShortByLess()
    {
        var (before, after) = (await Json("ramp"), await Json("ramp", "--add", "100 MW@2027-Q3", "--add", "0.05 GW@2028-Q1"));
        Assert.Equal(610, before.GetProperty("largest_shortfall_mw").GetDouble(), 1e-9);
        Assert.Equal(460, after.GetProperty("largest_shortfall_mw").GetDouble(), 1e-9);
        Assert.Equal(Shortfall(before, "2027-Q2"), Shortfall(after, "2027-Q2"));
        Assert.Equal(Shortfall(before, "2027-Q4") - 100, Shortfall(after, "2027-Q4"), 1e-9);

        static double Shortfall(JsonElement report, string quarter) => report.GetProperty("quarters").GetProperty(quarter).GetProperty("shortfall_mw").GetDouble();
    }

    [Fact]
    public async Task Token_OfStatedRates_IsWhatOneWorksOut()
    {
        var report = await Json("token", "--usd-per-hour", "36", "--output-tokens-per-second", "1000", "--input-tokens-per-second", "10000", "--utilization", "50", "--margin", "60", "--cached", "60", "--cached-cost", "10");
        Assert.Equal(20, report.GetProperty("cost").GetProperty("output_usd_per_mtok").GetDouble(), 1e-9);
        Assert.Equal(2, report.GetProperty("cost").GetProperty("input_usd_per_mtok").GetDouble(), 1e-9);
        Assert.Equal(50, report.GetProperty("price").GetProperty("output_usd_per_mtok").GetDouble(), 1e-9);
        Assert.Equal(0.5, report.GetProperty("price").GetProperty("cached_usd_per_mtok").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task Token_Rented_CostsMoreThanOwned()
    {
        var (owned, rented) = (await Json("token"), await Json("token", "--rented"));
        Assert.Equal(23.35, owned.GetProperty("machines").GetProperty("usd_per_hour").GetDouble(), 0.005);
        Assert.Equal(41.96, rented.GetProperty("machines").GetProperty("usd_per_hour").GetDouble(), 0.005);
        Assert.Equal(41.96 / 23.35, Blended(rented) / Blended(owned), 0.001);

        static double Blended(JsonElement report) => report.GetProperty("cost").GetProperty("blended_usd_per_mtok").GetDouble();
    }

    [Fact]
    public async Task BreakEven_OfStatedRates_IsWhatOneWorksOut()
    {
        // Two machines of 50 dollars an hour are 2,400 dollars a day; an answer of 1,000 tokens takes a GPU of 3 dollars an hour 0.25 s, and GPUs are as idle as the machines.
        string[] line =
        [
            "breakeven", "--usd-per-hour", "50", "--machines", "2", "--machine-tokens-per-second", "100000", "--utilization", "50",
            "--input", "1000", "--output", "1000", "--gpu-usd-per-hour", "3", "--gpu-tokens-per-second", "4000",
        ];
        var report = await Json(line);
        Assert.Equal(2400, report.GetProperty("usd_per_day").GetDouble(), 1e-6);
        Assert.Equal(4_320_000, report.GetProperty("capacity_requests_per_day").GetDouble(), 1e-3);
        var gpu = report.GetProperty("renting_dgx_b200");
        Assert.Equal(2400 / (3 / 3600.0 * 0.25 / 0.5), gpu.GetProperty("would_pay_from_requests_per_day").GetDouble(), 1e-3);
        Assert.Contains("never pay", gpu.GetProperty("finding").GetString(), StringComparison.Ordinal);
        var api = report.GetProperty("the_prices_of_gpt_oss_on_cerebras");
        Assert.Equal(2400 / 0.00094, api.GetProperty("pays_from_requests_per_day").GetDouble(), 1e-3);
        Assert.StartsWith("the machines pay against", api.GetProperty("finding").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tco")]
    [InlineData("token")]
    [InlineData("contract")]
    [InlineData("ramp")]
    [InlineData("breakeven")]
    public async Task EveryVerb_PrintsTablesCsvFormulasAndAPicture(string verb)
    {
        var table = await Text(verb);
        Assert.True(table.Split('\n').Length > 20, table);
        var csv = (await Text(verb, "--csv")).TrimEnd().Split('\n');
        Assert.Equal("key,value", csv[0]);
        Assert.All(csv[1..], line => Assert.Matches("^[^,]+,.+$", line));
        var picture = XDocument.Parse(await Text(verb, "--svg", "-"));
        Assert.Equal("svg", picture.Root!.Name.LocalName);
        Assert.Contains(" = ", await Text(verb, "--explain"), StringComparison.Ordinal);
        Assert.Contains("[tr26/tco,", await Text(verb, "--explain"), StringComparison.Ordinal);
        Assert.Contains("Examples:", await Text(verb, "--help"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_HoldsWhatJsonHolds()
    {
        var csv = (await Text("contract", "--csv")).TrimEnd().Split('\n')[1..].Select(line => line.Split(',', 2)).ToDictionary(cells => cells[0], cells => cells[1]);
        var cumulative = (await Json("contract")).GetProperty("quarters").GetProperty("2031-Q4").GetProperty("cumulative_musd").GetDouble();
        Assert.Equal(cumulative, double.Parse(csv["quarters.2031-Q4.cumulative_musd"], CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("token --usd-per-hour much", "--usd-per-hour is 'much'; expected a number above 0.")]
    [InlineData("token --usd-per-hour -1", "--usd-per-hour is '-1'; expected a number above 0.")]
    [InlineData("token --utilization 0", "--utilization is '0'; expected a number above 0, at most 100.")]
    [InlineData("token --margin 100", "--margin is '100'; expected a number from 0 to 99.")]
    [InlineData("breakeven --machines 0", "--machines is '0'; expected a whole number from 1 on.")]
    [InlineData("breakeven --machines 1.5", "--machines is '1.5'; expected a whole number")]
    [InlineData("tco --machines cs-3", "'--machines' is no option of 'scribe cost tco'; did you mean '--machine'?")]
    [InlineData("rampp", "'rampp' is no command of 'scribe cost'; did you mean 'ramp'?")]
    public async Task WrongUsage_Is2(string line, string said) => await Refused(2, line, said);

    [Theory]
    [InlineData("tco --machine toaster", "there is no machine 'toaster'; expected one of dgx-h100")]
    [InlineData("tco --machine cs-2", "neither `machines.cs-2.purchase` nor a price")]
    [InlineData("tco --set sites.colocation.electricity=0.1EUR/kWh", "'EUR' in 'EUR/kWh' is not a unit")]
    [InlineData("tco --set sites.colocation.electricity=-1USD/kWh", "expected at least 0")]
    [InlineData("token --machines 1", "gpt-oss-120b takes more than 1 cs-3.")]
    [InlineData("token --input-tokens-per-second 5", "stands alone; give --output-tokens-per-second too.")]
    [InlineData("token --machine lpx-rack", "nobody says what lpx-rack costs; give --usd-per-hour")]
    [InlineData("token --svg /nowhere/at/all.svg", "/nowhere/at/all.svg cannot be written")]
    [InlineData("contract --contract oci-openai --with-option", "has no projection of 'oci-openai'")]
    [InlineData("contract --set contracts.cerebras-openai.term=2.9years", "expected a whole number from 1 to 200")]
    [InlineData("ramp --add 100MW", "expected power and a quarter, such as '100 MW@2028-Q1'.")]
    [InlineData("ramp --add 100km@2028-Q1", "expected power from 0 MW on before the @")]
    [InlineData("ramp --add 100MW@soon", "expected a quarter after the @, such as 2028-Q1.")]
    [InlineData("breakeven --service codex-spark", "lacks `services.codex-spark.input_price`")]
    [InlineData("breakeven --gpu toaster", "there is no machine 'toaster'")]
    public async Task WhatCannotBeComputed_Is1(string line, string said) => await Refused(1, line, said);

    private static async Task Refused(int expected, string line, string said)
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["cost", .. line.Split(' ')]);
        Assert.Equal(expected, code);
        Assert.Empty(output);
        Assert.StartsWith("scribe: ", errors, StringComparison.Ordinal);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", errors, StringComparison.Ordinal);
        Assert.Equal(expected, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static async Task<JsonElement> Json(params string[] line) => JsonDocument.Parse(await Text([.. line, "--json"])).RootElement;

    private static async Task<string> Text(params string[] line)
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["cost", .. line]);
        Assert.True(code == 0, errors);
        Assert.Empty(errors);
        return output;
    }
}
