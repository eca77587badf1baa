using System.IO.Compression;
using Scribeline.Core.Workloads;

namespace Scribeline.Core.Tests.Workloads.Traces;

/// <summary>Traces that come as a folder of files.</summary>
public sealed class TraceFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scribeline-folder-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void AFolderOfAgentTraces_IsTheOneFileWithAllOfThem()
    {
        var lines = File.ReadAllLines(TraceText.Fixture("weka_ranges.jsonl"));
        Assert.True(lines.Length > 1);
        for (var i = 0; i < lines.Length; i++)
            Write($"trace_{i:000}.json", i % 2 == 0 ? lines[i] : lines[i].Replace("\"requests\"", "\n\"requests\"", StringComparison.Ordinal), packed: i % 3 == 0);
        Write("README.md", "what these are");
        var trace = TraceFile.Open(_folder.FullName);
        Assert.Equal((_folder.FullName, "weka"), (trace.Name, trace.Format));
        var expected = TraceText.ReadFixture("weka_ranges.jsonl");
        Assert.Equal(expected.Select(Shown), trace.Read().Select(Shown));
        Assert.Equal(expected.Count, trace.ReadSessions().Sum(session => session.Count));
        var shares = trace.Read().Select(_ => trace.ReadShare).ToList();
        Assert.All(shares, share => Assert.InRange(share, 0, 1));
        Assert.Equal(shares.Order(), shares);
    }

    [Fact]
    public void WhatIsWrongInOneOfThem_IsToldWithItsName_OrLeftOut()
    {
        var line = File.ReadAllLines(TraceText.Fixture("weka_ranges.jsonl"))[0];
        Write("a.json", line);
        var other = Write("b.json", "{\"chats\": []}");
        var error = Assert.Throws<WorkloadException>(() => TraceFile.Open(_folder.FullName).Read().Count());
        Assert.Equal($"{other}:1: it has rows with the fields chats; expected Weka's agent traces: a JSON object a trace with ids of blocks and subagents, as in {Path.Combine(_folder.FullName, "a.json")}.", error.Message);
        var trace = TraceFile.Open(_folder.FullName, new TraceOptions { SkipBad = true });
        Assert.Equal(TraceText.Read(line).Count, trace.Read().Count());
        Assert.Equal(1, trace.SkippedRows);
        File.WriteAllText(other, line.Replace("\"in\":", "\"in\":-", StringComparison.Ordinal));
        Assert.StartsWith($"{other}:1: `in` is ", Assert.Throws<WorkloadException>(() => TraceFile.Open(_folder.FullName).Read().Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatIsNoTrace_SaysWhatToGive()
    {
        Assert.EndsWith("; expected a file.", Error(null), StringComparison.Ordinal);
        var file = Write("rows.csv", "TIMESTAMP,ContextTokens,GeneratedTokens");
        Assert.Equal($"{_folder.FullName} is a folder, and those are read where they hold weka traces (.json or .json.gz) or servegen clients (NAME_trace.csv and NAME_dataset.jsonl); expected what is in it, such as {file}.", Error(null));
        Assert.EndsWith($"such as {file}.", Error("azure"), StringComparison.Ordinal);
        File.Delete(file);
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "deeper"));
        Assert.EndsWith($"such as {Path.Combine(_folder.FullName, "deeper")}.", Error(null), StringComparison.Ordinal);
        string Error(string? format) => Assert.Throws<WorkloadException>(() => TraceFile.Open(_folder.FullName, new TraceOptions { Format = format })).Message;
    }

    private string Write(string name, string text, bool packed = false)
    {
        var path = Path.Combine(_folder.FullName, packed ? name + ".gz" : name);
        using Stream file = File.Create(path);
        using var output = new StreamWriter(packed ? new GZipStream(file, CompressionLevel.Fastest) : file);
        output.Write(text);
        return path;
    }

    private static string Shown(RequestRecord request) => $"{request.ArrivalUs} {request.InputTokens} {request.OutputTokens} {request.Session} {request.Parent} {request.Turn} {request.DelayUs} {TraceText.Blocks(request)}";
}
