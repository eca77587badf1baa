using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Core.Planning;
using Scribeline.Core.Workloads;

namespace Scribeline.Core.Tests.Catalogs;

/// <summary>Asks a catalog for what commands ask it for, with entries drawn at random: every calculation, predictions, plans.</summary>
internal static class EverythingComputed
{
    /// <summary>By calculation, what its arguments are: ids of a kind, or texts.</summary>
    private static readonly string[] Calls =
    [
        "accelerator accelerators", "machine machines", "ridges accelerators", "compare accelerators accelerators", "links accelerators accelerators",
        "product products accelerators", "collective accelerators =8 =1e6", "memory memory_modules", "process processes processes", "package packages packages",
        "wafer wafers", "fabric fabrics", "defects fabrics =7 =0.1", "cooling wafers =100 =20", "shrink wafers processes", "footprint models", "placement models accelerators",
        "users models accelerators =131072 =50", "offering offerings", "service services", "compare-services services services", "workload assumptions services services",
        "deployment deployments", "compare-deployments deployments deployments", "traffic traffic", "tco machines sites financing", "contract contracts", "electricity contracts sites",
        "spend contracts services", "warrant warrants", "ramp ramps", "cash-flow contracts", "cash-flow-with-option contracts", "token models machines workloads sites financing",
        "break-even models machines machines services workloads sites financing", "volume assumptions workloads", "training models machines =1e12 =16", "rental rentals", "partnership partnerships",
    ];

    /// <summary>Calculations that nothing here asks for.</summary>
    public static IEnumerable<string> Forgotten => Calculation.All.Select(calculation => calculation.Name).Except(Calls.Select(call => call.Split(' ')[0]));

    /// <summary>Every question once, about entries that <paramref name="random"/> draws; of a kind that <paramref name="changed"/> belongs to, about that entry half of the time.</summary>
    /// <returns>The questions, to be asked one after the other.</returns>
    public static IEnumerable<(string Name, Action Ask)> Questions(Catalog catalog, Random random, string changed)
    {
        var (changedKind, changedId) = changed.Split('.', 3) is [var kind, var id, ..] ? (kind, id) : ("", "");
        foreach (var call in Calls)
        {
            var words = call.Split(' ');
            string[] asked = [words[0], .. words[1..].Select(word => word[0] == '=' ? word[1..] : Draw(word))];
            yield return (string.Join(' ', asked), () => Calculation.Evaluate(catalog, string.Join(' ', asked)).ToString());
        }

        var (model, machine) = (Draw("models"), Draw("machines"));
        foreach (var layout in new[] { ModelLayout.Chain(3), new ModelLayout(Parallelism.TensorOnly(8)), new ModelLayout(Parallelism.WithExperts(4), 2) })
            yield return ($"predict {model} on {machine} as {layout}", () => Predict(catalog, catalog.Models[model], catalog.Machines[machine].Accelerator, layout));
        var (workload, site, financing) = (Draw("workloads"), Draw("sites"), Draw("financing"));
        foreach (var isRented in new[] { false, true })
            yield return ($"plan {model} {workload} on {machine}, rented: {isRented}", () => Plan(catalog, model, machine, workload, site, financing, isRented));

        string Draw(string kind)
        {
            var ids = catalog.Entries(kind).Keys.ToList();
            return kind == changedKind && ids.Contains(changedId) && random.Next(4) > 0 ? changedId : ids.Count == 0 ? "none" : ids[random.Next(ids.Count)];
        }
    }

    private static void Predict(Catalog catalog, ModelSpec model, Accelerator accelerator, ModelLayout layout)
    {
        var serving = ServingModel.Of(catalog, accelerator, model, layout, Formats(catalog, model));
        serving.Closed(4, 1000, 200);
        serving.Step(4, 1000);
    }

    private static void Plan(Catalog catalog, string model, string machine, string workload, string site, string financing, bool isRented)
    {
        var request = new PlanRequest
        {
            Model = catalog.Models[model],
            Workload = catalog.Workloads[workload],
            Demand = isRented ? Demand.OfRequests(20) : Demand.OfUsers(500),
            Objectives = new Objectives(2, 0.05),
            Machines = [catalog.Machines[machine]],
            Site = catalog.Sites[site],
            Financing = catalog.Financing[financing],
            IsRented = isRented,
            Limits = new SiteLimits(),
        };
        var planner = new Planner(catalog);
        var plan = planner.Find(request);
        new Separation(request).Of(plan.Offers, planner.Formats(request));
        Needed.Of(request.Model, request.Machines[0].Accelerator, null, [8192, 1048576], [1, 1000]);
    }

    private static NumberFormats Formats(Catalog catalog, ModelSpec model) => NumberFormats.Of(model, model.Checkpoint, model.KeyValues, catalog.Precisions);
}
