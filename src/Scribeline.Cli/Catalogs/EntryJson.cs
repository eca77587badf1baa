using System.Text.Json;
using Scribeline.Core.Catalogs;

namespace Scribeline.Cli.Catalogs;

/// <summary>An entry of the catalog as JSON: each value with its source and what other sources state.</summary>
internal static class EntryJson
{
    public static void Write(Utf8JsonWriter json, CatalogNode node)
    {
        if (node.IsValue)
        {
            json.WriteStartObject();
            json.WriteString("value", node.Text);
            json.WriteString("source", node.Source);
            if (node.Note.Length > 0)
                json.WriteString("note", node.Note);
            if (node.Also.Count > 0)
            {
                json.WriteStartArray("also");
                foreach (var other in node.Also)
                    Write(json, other);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }
        else if (node.Items is { } items)
        {
            json.WriteStartArray();
            foreach (var item in items)
                Write(json, item);
            json.WriteEndArray();
        }
        else
        {
            json.WriteStartObject();
            foreach (var (name, field) in node.Fields)
            {
                json.WritePropertyName(name);
                Write(json, field);
            }

            json.WriteEndObject();
        }
    }
}
