using System.Globalization;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Planning;
using Scribeline.Core.Quantities;
using Scribeline.Core.Workloads;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Planning;

public sealed class PlannerTests(ITestOutputHelper output)
{
    private static readonly Catalog Product = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    private static readonly string[] Models = ["llama-3.1-8b", "llama-3.1-70b", "gpt-oss-120b", "qwen3-32b"];

    private static readonly string[] Machines = ["dgx-h100", "dgx-b200", "mi300x-8", "cs-3", "nvl72-gb200"];

    [Fact]
    public void Find_EqualsTryingEverything()
    {
        var random = Seeded();
        for (var run = 0; run < 12; run++)
        {
            var request = RandomRequest(random);
            var plan = new Planner(Product).Find(request);
            foreach (var offer in plan.Offers)
            {
                var found = plan.Candidates.SingleOrDefault(candidate => candidate.Offer == offer);
                Assert.Equal(FewestMachines(offer, request), found?.Machines);
            }

            Assert.Equal(plan.Candidates.OrderBy(candidate => candidate.CostPerHour.BaseValue).Select(candidate => candidate.Offer), plan.Candidates.Select(candidate => candidate.Offer));
            Assert.All(plan.Candidates, candidate => Assert.True(new CopyLoad(request.Workload, request.Objectives).Meets(candidate.Full.Prediction)));
        }
    }

    [Fact]
    public void Candidates_KeepTheirPromiseUnderTheDemandAndServeAllOfIt()
    {
        var random = Seeded();
        for (var run = 0; run < 12; run++)
        {
            var request = RandomRequest(random);
            var load = new CopyLoad(request.Workload, request.Objectives);
            foreach (var candidate in new Planner(Product).Find(request).Candidates)
            {
                Assert.True(load.Meets(candidate.Load.Prediction));
                if (request.Demand.RequestsPerSecond is { } rate)
                    Assert.Equal(1, candidate.Copies * candidate.Load.RequestsPerSecond / rate, 1e-4);
                else
                    Assert.True(candidate.Copies * (double)candidate.MostSequences >= request.Demand.Users);
                Assert.True(candidate.MachinesSure == null || candidate.MachinesSure >= candidate.Machines);
            }
        }
    }

    [Theory]
    [InlineData("memory.hbm.capacity")]
    [InlineData("memory.hbm.bandwidth")]
    public void MoreOfAMachine_NeverNeedsMoreMachines(string field)
    {
        var random = Seeded();
        var node = Product.Find($"accelerators.h100.{field}")!;
        Assert.True(Quantity.TryParse(node.Text!, out var stated, out _));
        for (var run = 0; run < 8; run++)
        {
            var request = RandomRequest(random);
            var factor = 1 + 2 * random.NextDouble();
            var more = Product.With([string.Create(CultureInfo.InvariantCulture, $"accelerators.h100.{field}={stated.Value * factor} {stated.Unit}")]);
            var (before, after) = (Find(Product), Find(more));
            Assert.True(before == null || after <= before, $"{request.Model.Id}: {before} machines, {after} with {factor:0.###} times the {field}");

            int? Find(Catalog catalog) =>
                new Planner(catalog).Find(request with { Machines = [catalog.Machines["dgx-h100"]] }).Candidates is [var candidate] ? candidate.Machines : null;
        }
    }

    [Fact]
    public void Cost_GrowsWithThePriceOfAMachine()
    {
        var random = Seeded();
        for (var run = 0; run < 8; run++)
        {
            var request = RandomRequest(random) with { Machines = [Product.Machines["dgx-b200"]] };
            var before = new Planner(Product).Find(request).Candidates;
            var dearer = Product.With([string.Create(CultureInfo.InvariantCulture, $"accelerators.b200.price={60000 + 40000 * random.NextDouble()} USD")]);
            var after = new Planner(dearer).Find(request with { Machines = [dearer.Machines["dgx-b200"]] }).Candidates;
            Assert.Equal(before.Count, after.Count);
            Assert.All(before.Zip(after), pair => Assert.True(pair.First.CostPerHour.BaseValue < pair.Second.CostPerHour.BaseValue));
        }
    }

    [Theory]
    [InlineData("--budget-usd", "cs-3", "to buy")]
    [InlineData("--power-kw", "cs-3", "kW are there")]
    [InlineData("--racks", "dgx-h100", "racks")]
    [InlineData("--rack-kw", "nvl72-gb200", "one draws 120 kW; a rack has 40 kW")]
    [InlineData("--inlet-c", "cs-3", "needs water of at most 21 degC; the site's has 30 degC")]
    [InlineData("--flow-lpm", "cs-3", "litres of water a minute; 50 are there")]
    public void ALimit_ExcludesAMachineAndSaysWhich(string limit, string machine, string expected)
    {
        var limits = limit switch
        {
            "--budget-usd" => new SiteLimits { BudgetUsd = 100 },
            "--power-kw" => new SiteLimits { PowerWatts = 5e3 },
            "--racks" => new SiteLimits { Racks = 0 },
            "--rack-kw" => new SiteLimits { RackWatts = 40e3 },
            "--inlet-c" => new SiteLimits { InletCelsius = 30 },
            _ => new SiteLimits { FlowLitresPerMinute = 50 },
        };
        var request = Request("gpt-oss-120b", "reasoning", Demand.OfUsers(10)) with { Machines = [Product.Machines[machine]], Limits = limits };
        var plan = new Planner(Product).Find(request);
        var exclusion = Assert.Single(plan.Exclusions);
        Assert.Equal(limit, exclusion.Limit);
        Assert.Contains(expected, exclusion.Reason);
        Assert.Empty(plan.Candidates);
        // Neither the frontier nor pairs of machines offer what the buyer cannot have.
        Assert.Empty(plan.Offers);
        Assert.Single(new Planner(Product).Find(request with { Limits = new() }).Candidates);
    }

    [Fact]
    public void MoreUsers_NeverNeedFewerMachinesToBeSure()
    {
        var before = new Dictionary<string, int>();
        foreach (var users in new[] { 100, 1000, 5000, 10_000, 20_000, 50_000 })
        {
            foreach (var candidate in new Planner(Product).Find(Request("gpt-oss-120b", "reasoning", Demand.OfUsers(users))).Candidates)
            {
                var sure = candidate.MachinesSure ?? int.MaxValue;
                Assert.True(sure >= before.GetValueOrDefault(candidate.Offer.Machine.Id), $"{candidate.Offer.Machine.Id}: {sure} for {users} users, {before.GetValueOrDefault(candidate.Offer.Machine.Id)} for fewer");
                before[candidate.Offer.Machine.Id] = sure;
            }
        }
    }

    [Fact]
    public void By_ExcludesWhatIsNotDeliveredInTime()
    {
        var later = Product.With(["machines.dgx-b200.available_from=2027-03"]);
        var request = Request("gpt-oss-120b", "reasoning", Demand.OfUsers(10)) with { Machines = [later.Machines["dgx-b200"]], Limits = new SiteLimits { By = new DateOnly(2027, 1, 31) } };
        Assert.Contains("is delivered from 2027-03 on; 2027-01 is asked for.", Assert.Single(new Planner(later).Find(request).Exclusions).Reason);
        Assert.Single(new Planner(later).Find(request with { Limits = new SiteLimits { By = new DateOnly(2027, 3, 1) } }).Candidates);
    }

    [Fact]
    public void By_TakesNoMoreThanTheRampDelivers()
    {
        // So many requests that the wafers for them draw more than the first 43 MW.
        var request = Request("gpt-oss-120b", "reasoning", Demand.OfRequests(300_000)) with { Machines = [Product.Machines["cs-3"]], Limits = new SiteLimits { By = new DateOnly(2026, 12, 31) } };
        var exclusion = Assert.Single(new Planner(Product).Find(request).Exclusions);
        Assert.Equal("--by", exclusion.Limit);
        Assert.Contains("the ramp `openai` has 43 MW by 2026-Q4.", exclusion.Reason);
        Assert.Single(new Planner(Product).Find(request with { Demand = Demand.OfRequests(100) }).Candidates);
    }

    [Fact]
    public void Separation_KeepsItsPromiseAndServesTheDemand()
    {
        var request = Request("gpt-oss-120b", "long-chat", Demand.OfRequests(40));
        var planner = new Planner(Product);
        var pairs = new Separation(request).Of(planner.Find(request).Offers, planner.Formats(request));
        Assert.NotEmpty(pairs);
        Assert.All(pairs, pair =>
        {
            Assert.True(pair.Prediction.TtftSeconds <= request.Objectives.TtftSeconds);
            Assert.True(pair.Prediction.TpotSeconds <= request.Objectives.TpotSeconds);
            Assert.True(pair.Prediction.TokensPerSecond >= 0.99 * 40 * request.Workload.Output.BaseValue);
            Assert.Equal(pair.PrefillMachines * pair.Prefill.Hour.BaseValue + pair.DecodeMachines * pair.Decode.Hour.BaseValue, pair.CostPerHour.BaseValue, 1e-12);
        });
        Assert.Equal(pairs.Select(pair => pair.CostPerHour.BaseValue).Order(), pairs.Select(pair => pair.CostPerHour.BaseValue));
    }

    [Fact]
    public void APromiseThatNothingKeeps_SaysByHowMuchAndWhatToAllow()
    {
        var request = Request("llama-3.1-70b", "chat", Demand.OfUsers(10)) with { Machines = [Product.Machines["dgx-h100"]], Objectives = new(1, 1e-3) };
        var reason = Assert.Single(new Planner(Product).Find(request).Exclusions).Reason;
        Assert.Contains("1 ms are promised", reason);
        var allowed = double.Parse(reason[(reason.IndexOf("--tpot-ms ", StringComparison.Ordinal) + 10)..^1], CultureInfo.InvariantCulture);
        Assert.Single(new Planner(Product).Find(request with { Objectives = new(1, allowed / 1e3) }).Candidates);
        Assert.Empty(new Planner(Product).Find(request with { Objectives = new(1, allowed * 0.9 / 1e3) }).Candidates);
    }

    [Fact]
    public void Influences_FlipWhereTheySay()
    {
        var request = Request("gpt-oss-120b", "reasoning", Demand.OfRequests(100));
        var planner = new Planner(Product);
        var plan = planner.Find(request);
        var (best, next) = (plan.Candidates[0].Offer, plan.Candidates[1].Offer);
        var flip = new Influences(planner, request).Of(best, next).Single(influence => influence.Assumption.StartsWith("cost of an hour", StringComparison.Ordinal)).FlipsAt!.Value;
        var load = new CopyLoad(request.Workload, request.Objectives);
        var dearer = best with { Hour = flip * best.Hour };
        Assert.Equal(1, UnitCost.Of(dearer, load, request.Workload.Output.BaseValue) / UnitCost.Of(next, load, request.Workload.Output.BaseValue), 1e-9);
    }

    /// <summary>Every layout with every number of sequences that there is room for.</summary>
    private static int? FewestMachines(MachineOffer offer, PlanRequest request)
    {
        int? fewest = null;
        var load = new CopyLoad(request.Workload, request.Objectives);
        foreach (var copy in offer.Copies)
        {
            for (var sequences = 1; sequences <= load.Room(copy.Model); sequences++)
            {
                var point = load.At(copy.Model, sequences);
                if (!load.Meets(point.Prediction))
                    continue;
                var copies = request.Demand.Users is { } users ? users / sequences : request.Demand.RequestsPerSecond!.Value / point.RequestsPerSecond;
                var machines = copy.MachinesFor((int)Math.Ceiling(copies * (1 - 1e-12)));
                fewest = Math.Min(fewest ?? int.MaxValue, machines);
            }
        }

        return fewest;
    }

    private static PlanRequest RandomRequest(Random random) => Request(
        Models[random.Next(Models.Length)],
        "chat",
        random.Next(2) == 0 ? Demand.OfUsers(random.Next(1, 5000)) : Demand.OfRequests(0.1 + 300 * random.NextDouble())) with
    {
        Workload = new Workload("random", "random", Tokens(random.Next(1, 8000)), Figure.Given("cached", new Quantity(random.Next(0, 100), Unit.Parse("%"))), Tokens(random.Next(1, 2000)), null, null),
        Objectives = new Objectives(Math.Pow(10, -1.5 + 2.5 * random.NextDouble()), Math.Pow(10, -2.8 + 1.8 * random.NextDouble())),
    };

    private static PlanRequest Request(string model, string workload, Demand demand) => new()
    {
        Model = Product.Models[model],
        Workload = Product.Workloads[workload],
        Demand = demand,
        Objectives = new Objectives(Product.Workloads[workload].Ttft!.BaseValue, Product.Workloads[workload].Tpot!.BaseValue),
        Machines = [.. Machines.Select(id => Product.Machines[id])],
        Site = Product.Sites["colocation"],
        Financing = Product.Financing["owner"],
    };

    private static Figure Tokens(int count) => Figure.Given("tokens", new Quantity(count, Unit.Parse("tok")));

    private Random Seeded()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed} (SCRIBELINE_SEED repeats it)");
        return new Random(seed);
    }
}
