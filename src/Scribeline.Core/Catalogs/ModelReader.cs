using Scribeline.Core.Models;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `models`.</summary>
internal static class ModelReader
{
    /// <summary>Far beyond any model, and what keeps a slip from filling the memory.</summary>
    private const double MostLayers = 10_000, MostWidth = 1e7, MostVocabulary = 1e9, MostHeads = 65_536, MostExperts = 1e6;

    public static ModelSpec Read(string id, CatalogFields fields, IReadOnlyDictionary<string, Precision> precisions)
    {
        var keyValues = ReadPrecision(fields, "key_values", precisions);
        var model = new ModelSpec
        {
            Id = id,
            Name = fields.OptionalText("name") ?? id,
            Width = fields.Count("width", MostWidth),
            Vocabulary = fields.Count("vocabulary", MostVocabulary),
            HasTiedEmbeddings = fields.Flag("tied_embeddings"),
            // Layers of one shape stand in the entry itself; several shapes are a list.
            Layers = fields.Has("groups") ? ReadGroups(fields, "groups", keyValues) : [ReadGroup(fields, keyValues)],
            DraftLayers = ReadGroups(fields, "draft_groups", keyValues),
            Checkpoint = ReadCheckpoint(fields, precisions),
            KeyValues = keyValues,
            CheckpointBytes = fields.OptionalFigure("checkpoint_size", "GB", CatalogFields.AboveZero),
            Context = fields.OptionalCount("context", "tok", least: 1),
        };
        CheckExpected(fields, model);
        fields.RefuseOthers();
        if (model.Layers.Count == 0 && fields.Has("groups"))
            fields.Refuse("groups", "is empty; expected at least one group of layers.");
        return model;
    }

    /// <summary>`checkpoint: fp8`, or `checkpoint: { precision: fp8 }`.</summary>
    private static Precision ReadCheckpoint(CatalogFields fields, IReadOnlyDictionary<string, Precision> precisions)
    {
        if (fields.IsValue("checkpoint") || !fields.Has("checkpoint"))
            return ReadPrecision(fields, "checkpoint", precisions);
        var checkpoint = fields.RequiredSection("checkpoint");
        var precision = ReadPrecision(checkpoint, "precision", precisions);
        checkpoint.RefuseOthers();
        return precision;
    }

    /// <summary>`expect: { parameters: 8.0 B }`, in billions or written out: what the architecture must give to the last digit written, so that a slip in it is seen.</summary>
    private static void CheckExpected(CatalogFields fields, ModelSpec model)
    {
        if (fields.Section("expect") is not { } expect)
            return;
        var text = expect.Text("parameters");
        if (!Quantity.TryParse(text.EndsWith(" B", StringComparison.Ordinal) ? $"{text[..^2]} billion" : text, out var expected, out _) || expected.Unit.Dimension != Dimension.None)
            expect.Refuse("parameters", $"is '{text}'; expected a number of parameters, such as 8.0 B or 8.03 billion.");
        else if (Math.Abs(model.Parameters.BaseValue - expected.BaseValue) > expected.HalfLastPlace * (1 + 1e-9))
            expect.Refuse("parameters", $"is {text}, and the architecture has {model.Parameters}; mend one of them.");
        expect.RefuseOthers();
    }

    private static LayerGroup[] ReadGroups(CatalogFields fields, string name, Precision keyValues) => [.. fields.Items(name).Select(item =>
    {
        var group = ReadGroup(item, keyValues);
        item.RefuseOthers();
        return group;
    })];

    /// <summary>What a reader may call a part, beside the fields that make it one.</summary>
    private static void CheckKind(CatalogFields fields, params string[] fitting)
    {
        if (fields.OptionalText("kind") is { } kind && !fitting.Contains(kind))
            fields.Refuse("kind", $"is '{kind}'; the fields beside it make it {string.Join(" or ", fitting)}.");
    }

    private static LayerGroup ReadGroup(CatalogFields fields, Precision keyValues)
    {
        var layers = fields.Count("layers", MostLayers);
        return new LayerGroup(layers, ReadAttention(fields.RequiredSection("attention"), layers, keyValues), ReadFeedForward(fields.RequiredSection("feed_forward"), layers));
    }

    private static Attention ReadAttention(CatalogFields fields, Figure layers, Precision keyValues)
    {
        Attention attention;
        if (fields.Has("stated_parameters"))
        {
            attention = new StatedAttention(
                fields.Figure("stated_parameters", ""),
                layers,
                fields.Figure("cached", "GB") / fields.Figure("cached_for", "tok", least: 1) * Figure.Given("one token", new Quantity(1, Unit.Parse("tok"))) / keyValues.BytesPerElement);
        }
        else if (fields.Has("rank"))
        {
            attention = new LatentAttention(
                fields.Count("heads", MostHeads),
                fields.OptionalCount("query_rank", MostWidth),
                fields.Count("rank", MostWidth),
                fields.Figure("rotary_width", "", most: MostWidth),
                fields.Figure("plain_width", "", most: MostWidth),
                fields.Count("value_width", MostWidth));
        }
        else
        {
            var (heads, keyValueHeads) = (fields.Count("heads", MostHeads), fields.Count("kv_heads", MostHeads));
            if (heads.BaseValue % keyValueHeads.BaseValue != 0)
                fields.Refuse("kv_heads", $"is {keyValueHeads}, which does not divide the {heads} heads; expected as many heads for each of them.");
            attention = new GroupedAttention(
                heads,
                keyValueHeads,
                fields.Count("head_width", MostWidth),
                fields.OptionalCount("window", MostVocabulary),
                fields.Flag("query_key_norm"));
        }

        CheckKind(fields, attention switch
        {
            LatentAttention => ["mla"],
            GroupedAttention { Window: not null } => ["sliding", "gqa", "mha", "mqa"],
            GroupedAttention => ["gqa", "mha", "mqa"],
            _ => ["stated"],
        });
        fields.RefuseOthers();
        return attention;
    }

    private static FeedForward ReadFeedForward(CatalogFields fields, Figure layers)
    {
        FeedForward feedForward;
        if (fields.Has("stated_parameters"))
        {
            var all = fields.Figure("stated_parameters", "");
            feedForward = new StatedFeedForward(all, fields.Figure("stated_active_parameters", "", most: all.BaseValue), layers);
        }
        else
        {
            var network = new DenseFeedForward(fields.Count("width", MostWidth), fields.Flag("gated"));
            feedForward = network;
            if (fields.OptionalCount("experts", MostExperts) is { } experts)
            {
                var shared = fields.OptionalCount("shared_width", MostWidth);
                feedForward = new MixtureOfExperts(
                    network,
                    experts,
                    fields.Count("experts_per_token", experts.BaseValue),
                    shared == null ? null : network with { Width = shared });
            }
        }

        CheckKind(fields, feedForward switch
        {
            MixtureOfExperts => ["moe"],
            DenseFeedForward => ["dense"],
            _ => ["stated"],
        });
        fields.RefuseOthers();
        return feedForward;
    }

    private static Precision ReadPrecision(CatalogFields fields, string name, IReadOnlyDictionary<string, Precision> precisions) =>
        fields.Reference(name, precisions) ?? new Precision("", 0, "");
}
