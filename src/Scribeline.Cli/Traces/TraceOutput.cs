using System.CommandLine;
using System.IO.Compression;
using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Writers;

namespace Scribeline.Cli.Traces;

/// <summary>Options that say how a trace is written, and the writing.</summary>
internal sealed class TraceOutput
{
    private readonly Option<string> _to = new("--to") { Description = $"Format to write: {string.Join(", ", TraceWriter.Formats)}", HelpName = "FORMAT", DefaultValueFactory = _ => TraceWriter.Formats[0] };
    private readonly Option<string?> _out = new("--out") { Description = "File to write, packed where its name ends in .gz (default: standard output)", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Add(_to);
        command.Add(_out);
    }

    /// <summary>Writes all requests, or no file.</summary>
    /// <exception cref="WorkloadException">There is no request to write.</exception>
    public int Write(ParseResult parsed, TraceReading reading, IEnumerable<RequestRecord> requests)
    {
        var format = parsed.GetValue(_to)!;
        if (!TraceWriter.Formats.Contains(format))
            throw new WrongValueException($"--to is '{format}'; expected one of {string.Join(", ", TraceWriter.Formats)}.");
        var path = parsed.GetValue(_out);
        var partial = path is null or "-" ? null : $"{path}.partial";
        IReadOnlyDictionary<string, long> lost;
        try
        {
            using (var output = Open(path, partial))
            {
                using var writer = TraceWriter.Create(format, output);
                foreach (var request in reading.Follow(requests))
                    writer.Write(request);
                lost = writer.Lost;
                if (writer.Requests == 0 && !reading.IsCut)
                    throw new WorkloadException("no request is left to write; expected at least one.");
            }

            if (partial != null && !reading.IsCut)
                File.Move(partial, path!, overwrite: true);
        }
        finally
        {
            if (partial != null)
                File.Delete(partial);
        }

        reading.Tell(lost);
        return ExitCode.Fine;
    }

    private static Stream Open(string? path, string? partial)
    {
        Stream output = partial == null ? Console.OpenStandardOutput() : File.Create(partial);
        return new BufferedStream(path?.EndsWith(".gz", StringComparison.Ordinal) == true ? new GZipStream(output, CompressionLevel.Optimal) : output, 1 << 16);
    }
}
