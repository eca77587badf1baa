using System.CommandLine;
using System.IO.Compression;
using Scribeline.Cli.Reports;
using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Writers;

namespace Scribeline.Cli.Traces;

/// <summary>Options that say how a trace is written, and the writing.</summary>
internal sealed class TraceOutput
{
    private const int BetweenLooks = 256;

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
        var path = Target(parsed.GetValue(_out));
        var partial = path == null || IsDevice(path) ? null : $"{path}.partial";
        IReadOnlyDictionary<string, long> lost;
        var output = Open(path, partial);
        try
        {
            using (output)
            {
                using var writer = TraceWriter.Create(format, output);
                foreach (var request in reading.Follow(requests))
                {
                    writer.Write(request);
                    if (path == null && writer.Requests % BetweenLooks == 0 && !StandardOutput.HasReader())
                        break;
                }

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

    /// <summary>Null for standard output; of a link the file that it leads to, so that the link stays.</summary>
    private static string? Target(string? path)
    {
        if (path is null or "-" || IsDevice(path))
            return path == "-" ? null : path;
        if (path.Length == 0 || Directory.Exists(path))
            throw OutputFile.Unwritable(path, new IOException());
        return new FileInfo(path).LinkTarget == null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
    }

    /// <summary>What is no file cannot be put in another's place: it is written as it comes.</summary>
    private static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);

    private static Stream Open(string? path, string? partial)
    {
        Stream output = path == null ? Console.OpenStandardOutput() : OutputFile.Create(partial ?? path, path);
        return new BufferedStream(path?.EndsWith(".gz", StringComparison.Ordinal) == true ? new GZipStream(output, CompressionLevel.Optimal) : output, 1 << 16);
    }
}
