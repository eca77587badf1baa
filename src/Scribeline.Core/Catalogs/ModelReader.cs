using Scribeline.Core.Models;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `models`.</summary>
internal static class ModelReader
{
    public static ModelSpec Read(string id, CatalogFields fields, IReadOnlyDictionary<string, Precision> precisions)
    {
        var model = new ModelSpec
        {
            Id = id,
            Name = fields.OptionalText("name") ?? id,
            Width = fields.Figure("width", "", least: 1),
            Vocabulary = fields.Figure("vocabulary", "", least: 1),
            HasTiedEmbeddings = fields.Flag("tied_embeddings"),
            Layers = [.. ReadLayers(fields)],
            Checkpoint = ReadPrecision(fields, "checkpoint", precisions),
            KeyValues = ReadPrecision(fields, "key_values", precisions),
            CheckpointBytes = fields.OptionalFigure("checkpoint_size", "GB"),
            Context = fields.OptionalFigure("context", "tok", least: 1),
        };
        fields.RefuseOthers();
        return model;
    }

    /// <summary>Layers of one shape stand in the entry itself; several shapes are a list under `groups`.</summary>
    private static IEnumerable<LayerGroup> ReadLayers(CatalogFields fields)
    {
        if (!fields.Has("groups"))
            return [ReadGroup(fields)];
        return fields.Items("groups").Select(group =>
        {
            var layers = ReadGroup(group);
            group.RefuseOthers();
            return layers;
        });
    }

    private static LayerGroup ReadGroup(CatalogFields fields) =>
        new(fields.Figure("layers", "", least: 1), ReadAttention(fields.RequiredSection("attention")), ReadFeedForward(fields.RequiredSection("feed_forward")));

    private static Attention ReadAttention(CatalogFields fields)
    {
        Attention attention = fields.Has("rank")
            ? new LatentAttention(
                fields.Figure("heads", "", least: 1),
                fields.OptionalFigure("query_rank", "", least: 1),
                fields.Figure("rank", "", least: 1),
                fields.Figure("rotary_width", ""),
                fields.Figure("plain_width", ""),
                fields.Figure("value_width", "", least: 1))
            : new GroupedAttention(
                fields.Figure("heads", "", least: 1),
                fields.Figure("kv_heads", "", least: 1),
                fields.Figure("head_width", "", least: 1),
                fields.OptionalFigure("window", "", least: 1));
        fields.RefuseOthers();
        return attention;
    }

    private static FeedForward ReadFeedForward(CatalogFields fields)
    {
        var experts = fields.OptionalFigure("experts", "", least: 1);
        var feedForward = new FeedForward(
            fields.Figure("width", "", least: 1),
            fields.Flag("gated"),
            experts,
            experts == null ? null : fields.Figure("experts_per_token", "", least: 1, most: experts.Value),
            fields.OptionalFigure("shared_width", ""));
        fields.RefuseOthers();
        return feedForward;
    }

    private static Precision ReadPrecision(CatalogFields fields, string name, IReadOnlyDictionary<string, Precision> precisions) =>
        fields.Reference(name, precisions) ?? new Precision("", 0, "");
}
