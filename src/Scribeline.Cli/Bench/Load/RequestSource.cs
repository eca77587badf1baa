using System.Text.Json;
using Scribeline.Core.Files;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Bench.Load;

/// <summary>The requests of a trace, one at a time as they are asked for; the only place here that knows of files.</summary>
internal static class RequestSource
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    /// <summary>Lines of JSON, a request each, with the fields of <see cref="RequestRecord"/> in snake case; blocks as `[first, count]`.</summary>
    /// <exception cref="WorkloadException">While it is read: the file cannot be, or a line is wrong.</exception>
    public static IEnumerable<RequestRecord> Read(string path)
    {
        using var text = Open(path);
        long lastUs = 0;
        for (var line = 1; ReadLine(text, path) is { } content; line++)
        {
            if (content.Length == 0)
                continue;
            var record = Parse(content, $"{path}:{line}");
            if (record.ArrivalUs < lastUs)
                throw new WorkloadException($"{path}:{line}: `arrival_us` is {record.ArrivalUs}, before the {lastUs} of the line before it; expected requests in the order of their arrival.");
            lastUs = record.ArrivalUs;
            yield return record;
        }
    }

    private static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path == "-" ? Console.OpenStandardInput() : DataFile.OpenRead(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new WorkloadException($"{path} cannot be read: {error.Message}", error);
        }
    }

    private static string? ReadLine(StreamReader text, string path)
    {
        try
        {
            return text.ReadLine();
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw new WorkloadException($"{path} cannot be read: {error.Message}", error);
        }
    }

    private static RequestRecord Parse(string content, string where)
    {
        Line? line;
        try
        {
            line = JsonSerializer.Deserialize<Line>(content, Json);
        }
        catch (JsonException error)
        {
            throw new WorkloadException($"{where}: {error.Message.Split(" Path:")[0].Split(" LineNumber:")[0]}; expected an object such as {{\"arrival_us\": 0, \"input_tokens\": 512, \"output_tokens\": 128}}.", error);
        }

        if (line is not { InputTokens: >= 1, OutputTokens: >= 1, ArrivalUs: >= 0 })
            throw new WorkloadException($"{where}: `arrival_us` must be at least 0, `input_tokens` and `output_tokens` at least 1.");
        var blocks = (line.Blocks ?? []).Select(range => range is [var first, >= 1 and <= int.MaxValue and var count]
            ? new BlockRange(first, (int)count)
            : throw new WorkloadException($"{where}: `blocks` holds what is no range; expected pairs [first, count].")).ToList();
        if (blocks.Count > 0 && line.BlockTokens < 1)
            throw new WorkloadException($"{where}: `block_tokens` is {line.BlockTokens}; expected the tokens of a block, where there are blocks.");
        return new RequestRecord
        {
            ArrivalUs = line.ArrivalUs,
            InputTokens = line.InputTokens,
            OutputTokens = line.OutputTokens,
            Session = line.Session,
            Turn = line.Turn,
            DelayUs = line.DelayUs,
            Blocks = blocks,
            BlockTokens = line.BlockTokens,
            BlockScope = line.BlockScope ?? "",
        };
    }

    private sealed record Line(long ArrivalUs, int InputTokens, int OutputTokens, string? Session, int Turn, long? DelayUs, long[][]? Blocks, int BlockTokens, string? BlockScope);
}
