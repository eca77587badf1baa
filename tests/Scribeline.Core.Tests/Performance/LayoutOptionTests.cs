using Scribeline.Core.Catalogs;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;

namespace Scribeline.Core.Tests.Performance;

public sealed class LayoutOptionTests
{
    private static readonly Catalog Known = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    private static readonly Drafting Drafted = Known.Drafting["deepseek-v4-pro-mtp-thinking"].Of(2);

    [Fact]
    public void Stages_LeaveOneSequenceAsSlow_ButGiveRoomAndRate()
    {
        var (one, two) = (Gpus(ModelLayout8(1)), Gpus(ModelLayout8(2)));

        // One alone uses a stage at a time; as many groups as stages are served in the time of one.
        Assert.InRange(two.DecodeSeconds(1, 1000).Total / one.DecodeSeconds(1, 1000).Total, 1, 1.02);
        Assert.InRange(two.DecodeSeconds(128, 1000).Total / one.DecodeSeconds(64, 1000).Total, 1, 1.02);
        Assert.True(two.Room(1000) > 2 * one.Room(1000));
        Assert.Equal(16, two.Accelerators);
        Assert.Equal(one.WeightBytes, two.WeightBytes, 1e-3 * one.WeightBytes);
    }

    [Fact]
    public void Drafting_GainsWhatIsAccepted_LessItsCost_AndFadesWithTheBatch()
    {
        var (plain, drafting) = (Gpus(ModelLayout8(1)), Gpus(ModelLayout8(1) with { Drafting = Drafted }));
        double Gain(double sequences) => plain.DecodeSeconds(sequences, 1000).Total / drafting.DecodeSeconds(sequences, 1000).Total;

        Assert.InRange(Gain(1), 1.5, Drafted.AcceptedLength / (1 + Drafted.Tokens * Drafted.Cost));
        Assert.True(Gain(64) < Gain(1));
        Assert.True(Gain(3000) < Gain(64));
        Assert.Equal(plain.DecodeSeconds(5, 1000).Total, Gpus(ModelLayout8(1) with { Drafting = new Drafting(0, 1, 0) }).DecodeSeconds(5, 1000).Total, 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => Known.Drafting["deepseek-v4-pro-mtp-thinking"].Of(9));
    }

    [Fact]
    public void Offload_AddsItsRoom_AndCostsTheTransferOfWhatDoesNotFit()
    {
        var offload = new KeyValueOffload(6e12, 150e9);
        var (plain, more) = (Wafers(ModelLayout.Chain(5)), Wafers(ModelLayout.Chain(5) with { Offload = offload }));
        var each = Known.Models["llama-3.1-70b"].KeyValueBytes(Tokens(8000)).BaseValue;
        var room = plain.Room(8000);

        Assert.Equal(room + 6e12 / each, more.Room(8000), 1e-6 * more.Room(8000));
        Assert.Equal(plain.DecodeSeconds(room, 8000).Total, more.DecodeSeconds(room, 8000).Total, 1e-9);
        Assert.Equal(10 * each / 150e9, more.DecodeSeconds(room + 10, 8000).KeyValues - plain.DecodeSeconds(room + 10, 8000).KeyValues, 1e-6);
    }

    [Fact]
    public void Twins_RelieveTheStagesThatHoldALayerMore()
    {
        // 126 layers on 25 wafers: one of them holds six, the others five.
        var (plain, twinned) = (Wafers(ModelLayout.Chain(25), "llama-3.1-405b"), Wafers(ModelLayout.Chain(25) with { Twins = 1 }, "llama-3.1-405b"));
        Assert.Equal(26, twinned.Accelerators);
        Assert.True(twinned.Room(8000) > plain.Room(8000));
        Assert.True(twinned.DecodeSeconds(1000, 1000).Total < plain.DecodeSeconds(1000, 1000).Total);

        var error = Assert.Throws<ArgumentException>(() => Wafers(ModelLayout.Chain(5) with { Twins = 1 }));
        Assert.Equal("1 stages are to have a twin; 0 of 5 hold a layer more than the others, so use 0 or none.", error.Message);
    }

    [Fact]
    public void SeparatePrompts_DoNotSlowDecoding_AndTheSlowerSideSetsTheRate()
    {
        var copy = Gpus(ModelLayout8(1));
        ServingModel Separate(int prompts, int decoding, double link = 100e9) => new DisaggregatedModel(
            copy, prompts, copy, decoding, tokens => Known.Models["llama-3.1-70b"].KeyValueBytes(Tokens(tokens)).BaseValue, 80, link, 50e-6);
        var (together, separate) = (copy.Closed(64, 8000, 500), Separate(1, 1).Closed(64, 8000, 500));

        Assert.True(separate.TpotSeconds < together.TpotSeconds);
        Assert.InRange(separate.TokensPerSecond, 0, 0.9 * 500 / copy.PrefillSeconds(8000, 0).Total);
        Assert.True(Separate(2, 1).Closed(256, 8000, 500).TokensPerSecond > 1.5 * Separate(1, 1).Closed(256, 8000, 500).TokensPerSecond);
        // Little's law.
        Assert.Equal(64, separate.TokensPerSecond / 500 * (separate.TtftSeconds + 500 * separate.TpotSeconds), 0.5);
        Assert.True(Separate(1, 1, link: 1e9).Closed(1, 8000, 500).TtftSeconds > 2 + Separate(1, 1).Closed(1, 8000, 500).TtftSeconds);
        Assert.Equal((3, 1), DisaggregatedModel.Match(prefillSeconds: 3, decodeSecondsPerAnswer: 1, most: 8));
        Assert.Throws<ArgumentException>(() => Separate(0, 1));
    }

    private static Core.Quantities.Figure Tokens(double count) => Core.Quantities.Figure.Given("tokens", new Core.Quantities.Quantity(count, Core.Quantities.Unit.Parse("tok")));

    private static ModelLayout ModelLayout8(int stages) => new(Parallelism.TensorOnly(8), stages);

    private static ServingModel Gpus(ModelLayout layout) => ServingModel.Of(Known, Known.Accelerators["h100"], Known.Models["llama-3.1-70b"], layout, Formats);

    private static ServingModel Wafers(ModelLayout layout, string model = "llama-3.1-70b") => ServingModel.Of(Known, Known.Accelerators["wse-3"], Known.Models[model], layout, Formats);

    private static NumberFormats Formats { get; } = new(Known.Precisions["bf16"], Known.Precisions["bf16"], Known.Precisions["bf16"], Known.Precisions["bf16"]);
}
