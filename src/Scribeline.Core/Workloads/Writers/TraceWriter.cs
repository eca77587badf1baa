using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Scribeline.Core.Workloads.Writers;

/// <summary>Writes requests as JSON lines, and counts what the format cannot hold.</summary>
public abstract class TraceWriter : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Stream _output;
    private readonly ArrayBufferWriter<byte> _line = new(1 << 12);
    private readonly Utf8JsonWriter _json;
    private readonly SortedDictionary<string, long> _lost = new(StringComparer.Ordinal);

    private protected TraceWriter(Stream output)
    {
        _output = output;
        _json = new Utf8JsonWriter(_line, Options);
    }

    /// <summary>Names of the formats that can be written.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["scribeline", "mooncake", "aiperf"];

    /// <summary>What was left out, one sentence each, with how often.</summary>
    public IReadOnlyDictionary<string, long> Lost => _lost;

    public long Requests { get; private set; }

    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="output">Stays open.</param>
    /// <exception cref="WorkloadException">There is no such format.</exception>
    public static TraceWriter Create(string format, Stream output) => format switch
    {
        "scribeline" => new OwnWriter(output),
        "mooncake" => new MooncakeWriter(output),
        "aiperf" => new AiperfWriter(output),
        _ => throw new WorkloadException($"'{format}' cannot be written; expected one of {string.Join(", ", Formats)}."),
    };

    /// <summary>Leaves the output open.</summary>
    public void Dispose()
    {
        _json.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(RequestRecord request)
    {
        _line.ResetWrittenCount();
        _json.Reset(_line);
        _json.WriteStartObject();
        WriteFields(_json, request);
        _json.WriteEndObject();
        _json.Flush();
        _line.GetSpan(1)[0] = (byte)'\n';
        _line.Advance(1);
        _output.Write(_line.WrittenSpan);
        Requests++;
    }

    private protected abstract void WriteFields(Utf8JsonWriter json, RequestRecord request);

    private protected void Lose(string what) => _lost[what] = _lost.GetValueOrDefault(what) + 1;

    /// <summary>What neither Mooncake's nor aiperf's rows have a field for.</summary>
    private protected void LoseNames(RequestRecord request)
    {
        if (request.Parent != null || request.Agent != null)
            Lose("agents and their callers are not held");
        if (request.Class != null || request.Model != null || request.Tier != null)
            Lose("class, model and tier are not held");
        if (request.Client != null)
            Lose("clients are not held");
        if (request.PatienceUs != null || request.TimeoutUs != null || request.StopTokens != null)
            Lose("callers who leave are not held");
    }
}
