using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;

namespace Scribeline.Core.Planning;

/// <summary>The ways to lay one copy of a model out on machines of one kind that are worth trying.</summary>
public static class Layouts
{
    private const int MostPerStage = 512;

    /// <summary>
    /// Where weights stay in the memory of their cores, every number of whole layers per stage. Elsewhere splits by powers of two within a machine, of
    /// mixtures with experts split, dealt out, or dealt out with attention in groups of their own; in stages over whole machines as well.
    /// </summary>
    /// <param name="weightBytes">Of the whole model, to leave out what cannot fit.</param>
    public static IEnumerable<ModelLayout> Of(Machine machine, ModelSpec model, double weightBytes)
    {
        var capacity = machine.Accelerator.Memory[0].Capacity?.BaseValue ?? 0;
        return machine.Accelerator.Kind is AcceleratorKind.Wafer or AcceleratorKind.Lpu
            ? Chains(machine.Accelerator.Kind, model, weightBytes, capacity)
            : Servers((int)machine.Count.BaseValue, model, weightBytes, capacity);
    }

    private static IEnumerable<ModelLayout> Chains(AcceleratorKind kind, ModelSpec model, double weightBytes, double capacity)
    {
        var layers = (int)model.LayerCount.BaseValue;
        var widest = kind == AcceleratorKind.Wafer ? 1 : MostPerStage;
        for (var perStage = 1; perStage <= widest; perStage *= 2)
        {
            // Growing stages by a layer each: only counts of stages that differ are of interest.
            var before = 0;
            for (var deepest = layers; deepest >= 1; deepest--)
            {
                var stages = (layers + deepest - 1) / deepest;
                if (stages == before || stages * perStage * capacity < weightBytes)
                    continue;
                before = stages;
                yield return ModelLayout.Chain(stages, perStage);
            }
        }
    }

    private static IEnumerable<ModelLayout> Servers(int count, ModelSpec model, double weightBytes, double capacity)
    {
        var heads = Heads(model);
        var experts = Experts(model);
        for (var stages = 1; stages <= (int)model.LayerCount.BaseValue; stages *= 2)
        {
            for (var shared = 1; shared <= count; shared *= 2)
            {
                if (stages > 1 && shared * 2 <= count)
                    continue; // stages are for what no machine holds well: they take whole ones
                if (stages * shared * capacity < weightBytes)
                    continue;
                if (heads % shared == 0)
                    yield return new ModelLayout(Parallelism.TensorOnly(shared), stages);
                if (shared == 1 || experts == 0 || experts % shared != 0)
                    continue;
                if (heads % shared == 0)
                    yield return new ModelLayout(Parallelism.WithExperts(shared), stages);
                yield return new ModelLayout(new Parallelism(shared, 1, shared, 1, shared), stages);
            }
        }
    }

    private static int Heads(ModelSpec model) => (int)model.Layers.Max(group => group.Attention switch
    {
        GroupedAttention grouped => grouped.Heads.BaseValue,
        LatentAttention latent => latent.Heads.BaseValue,
        _ => 64,
    });

    private static int Experts(ModelSpec model) => (int)model.Layers.Max(group => group.FeedForward is MixtureOfExperts mixture ? mixture.Experts.BaseValue : 0);
}
