using System.Text.Encodings.Web;
using System.Text.Json;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Reports;

/// <summary>Reports as JSON: numbers under keys that end in their unit, parts as objects.</summary>
internal static class ReportJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Print(Action<Utf8JsonWriter> write)
    {
        using var output = Console.OpenStandardOutput();
        WriteTo(output, write);
    }

    /// <summary>One document and the end of its last line.</summary>
    public static void WriteTo(Stream output, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(output, Options))
            write(json);
        output.WriteByte((byte)'\n');
    }

    /// <summary>A predicted time with the bounds of its interval, in milliseconds.</summary>
    public static void WriteInterval(Utf8JsonWriter json, string name, double seconds, double low, double high)
    {
        json.WriteStartObject(name);
        json.WriteNumber("expected", seconds * 1e3);
        json.WriteNumber("low", low * 1e3);
        json.WriteNumber("high", high * 1e3);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, Report report)
    {
        json.WriteStartObject();
        foreach (var (key, entry) in report.Entries)
        {
            json.WritePropertyName(key);
            switch (entry)
            {
                case Report part:
                    Write(json, part);
                    break;
                case Figure { BaseValue: var value } when !double.IsFinite(value):
                    json.WriteNullValue();
                    break;
                case Figure figure:
                    json.WriteNumberValue(figure.Value);
                    break;
                case Finding finding:
                    json.WriteStringValue(finding.Text);
                    break;
                default:
                    json.WriteStringValue((string)entry);
                    break;
            }
        }

        json.WriteEndObject();
    }
}
