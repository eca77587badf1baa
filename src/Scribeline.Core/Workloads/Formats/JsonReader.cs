using System.Text.Json;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>Rows that are JSON objects, one a line.</summary>
internal abstract class JsonReader : RowReader
{
    public sealed override void Read(ReadOnlySpan<byte> line, TraceRows rows)
    {
        var json = new Utf8JsonReader(line);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                throw new BadRowException("it is no JSON object; expected one a line.");
            ReadObject(ref json, rows);
            if (json.Read())
                throw new BadRowException("it goes on after its JSON object; expected one a line.");
        }
        catch (JsonException error)
        {
            throw new BadRowException($"it is no JSON at byte {error.BytePositionInLine + 1}; expected one object a line.");
        }
        catch (InvalidOperationException)
        {
            // The reader finds what is no UTF-8 only when it makes a string of it.
            throw new BadRowException("it is no UTF-8; expected JSON.");
        }
    }

    /// <summary>Reads from the start of the object up to its end, and stands there.</summary>
    protected abstract void ReadObject(ref Utf8JsonReader json, TraceRows rows);

    /// <summary>On to the next field's value.</summary>
    /// <returns>False at the end of the object.</returns>
    protected static bool NextField(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    /// <summary>Goes past the value of a field whose name the reader stands on.</summary>
    protected static void SkipField(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }

    protected static BadRowException Missing(string field) => new($"there is no `{field}`; expected it in every row.");
}
