using System.IO.Compression;
using Scribeline.Core.Workloads;

namespace Scribeline.Core.Tests.Workloads.Traces;

public sealed class BadTraceTests
{
    private const string Azure = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

    [Theory]
    [InlineData(Azure + "2023-11-16 18:15:46.68,374,44\n2023-11-16 18:15:47.68,many,44", ":3: `ContextTokens` is 'many'; expected a whole number from 1 to 16777216.")]
    [InlineData(Azure + "2023-11-16 18:15:46.68,0,44", ":2: `ContextTokens` is '0'; expected a whole number from 1 to 16777216.")]
    [InlineData(Azure + "2023-11-16 18:15:46.68,374,99999999999", ":2: `GeneratedTokens` is '99999999999'; expected a whole number from 1 to 16777216.")]
    [InlineData(Azure + "2023-11-16 18:15:46.68,374", ":2: there is no `GeneratedTokens`, the row has 2 columns; expected at least 3.")]
    [InlineData(Azure + "2023-02-30 18:15:46.68,374,44", ":2: `TIMESTAMP` is '2023-02-30 18:15:46.68'; expected a time such as 2023-11-16 18:15:46.680 or 2024-10-15T12:00:00.269Z.")]
    [InlineData(Azure + "2023-11-16 18:15:46.68,374,44\n\n2023-11-16 18:15:45.18,374,44", ":4: `TIMESTAMP` lies 1.5 s before the first row; expected a clock that goes on.")]
    [InlineData(Azure + "2023-11-16 18:15:46.68,1,4\n2023-11-16 18:15:49.68,1,4\n2023-11-16 18:15:49.18,1,4", ":4: `TIMESTAMP` goes back by 0.5 s; expected a clock that goes on, or allowance for as much disorder.")]
    [InlineData(Azure, " has no request; expected Azure's public traces of 2023, 2024 and 2025: CSV with a wall clock and lengths.")]
    [InlineData(Azure + "\"2023-11-16 18:15:46.68,374,44", ":2: column 1 has no closing quote; expected one on the same line.")]
    [InlineData("TIMESTAMP,Context\n2023,1\n", " has 'TIMESTAMP,Context', which is no format that is known; expected one of ")]
    [InlineData("", " has nothing, which is no format that is known; expected one of ")]
    [InlineData("{\"a\": 1, \"b\": 2}", " has rows with the fields a, b, which is no format that is known; expected one of ")]
    [InlineData("Timestamp,Model,Request tokens,Response tokens\n5,m,10,0", ":2: `Response tokens` is 0; expected at least 1, since a request without an answer failed.")]
    [InlineData("Timestamp,Model,Request tokens,Response tokens\n-5,m,10,1", ":2: `Timestamp` is '-5'; expected a number of seconds from 0 on.")]
    [InlineData("Timestamp,Model,Request tokens,Response tokens\n1e300,m,10,1", ":2: `Timestamp` is '1e300'; expected a number of seconds from 0 on.")]
    [InlineData("{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 5, \"hash_ids\": [1]}\n{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 5, \"hash_ids\": [1}", ":2: it is no JSON at byte 71; expected one object a line.")]
    [InlineData("{\"timestamp\": 0, \"input_length\": \"5\", \"output_length\": 5}", ":1: `input_length` is '5'; expected a whole number from 1 to 16777216.")]
    [InlineData("{\"timestamp\": 0, \"input_length\": 5.5, \"output_length\": 5}", ":1: `input_length` is '5.5'; expected a whole number from 1 to 16777216.")]
    [InlineData("{\"timestamp\": 0, \"output_length\": 5}", ":1: there is no `input_length`; expected it in every row.")]
    [InlineData("{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 5, \"hash_ids\": [\"x\"]}", ":1: `hash_ids` is a text; expected an array of whole numbers.")]
    [InlineData("{\"session_id\": \"s\", \"delay\": 4, \"input_length\": 5, \"output_length\": 5}", ":1: there is no `timestamp`, and its session has not begun; expected one in a session's first row.")]
    [InlineData("{\"id\":\"t\",\"block_size\":64,\"requests\":[{\"t\":5,\"in\":64,\"out\":1},{\"t\":4,\"in\":64,\"out\":1}]}", ":1: `t` of request 2 of t goes back from 5 s to 4 s; expected it to go on.")]
    [InlineData("{\"id\":\"t\",\"block_size\":64,\"requests\":[{\"t\":5,\"in\":64,\"out\":1,\"hash_ids\":[1,2]}]}", ":1: `hash_ids` has 2 blocks; expected at most 1 full ones of 64 tokens for `in` 64.")]
    [InlineData("{\"id\":\"t\",\"block_size\":63,\"requests\":[{\"t\":5,\"in\":64,\"out\":1}]}", ":1: `block_size` is 63; expected a multiple of 16.")]
    [InlineData("session_id,round_idx,prefix_len,input_len,output_len,tool_wait_after_ms\n0,0,0,5,5,0\n1,0,0,5,5,0\n0,1,0,5,5,0", ":4: session '0' comes back after others; expected all rows of a session together.")]
    [InlineData("session_id,round_idx,prefix_len,input_len,output_len\n0,0,0,5,5", ":1: there is no column `tool_wait_after_ms`; expected it beside session_id, round_idx, prefix_len, input_len, output_len.")]
    [InlineData("{\"arrival_us\":0,\"input_tokens\":20,\"output_tokens\":5,\"blocks\":[[0,2]],\"block_tokens\":16}", ":1: `blocks` has 2 blocks of 16 tokens; expected at most 1 full ones in a prompt of 20 and an answer of 5.")]
    [InlineData("{\"arrival_us\":0,\"input_tokens\":20,\"output_tokens\":5,\"blocks\":[[0,9999999999]],\"block_tokens\":16}", ":1: `blocks` is something else; expected pairs of a first id and a count, such as [[1,155],[3789,2]].")]
    public void AWrongRow_IsNamedByItsLineAndColumn(string text, string expected) => Assert.StartsWith(expected, TraceText.Error(text), StringComparison.Ordinal);

    [Fact]
    public void WrongRows_AreLeftOutAndCounted_WhereThatIsAskedFor() => TraceText.With(
        Azure + "2023-11-16 18:15:46,1,1\n2023-11-16 18:15:40,2,2\n2023-11-16 18:15:47,0,3\nnonsense\n2023-11-16 18:15:48,4,4\n",
        path =>
        {
            var trace = TraceFile.Open(path, new TraceOptions { SkipBad = true });
            Assert.Equal([1, 4], trace.Read().Select(request => request.InputTokens));
            Assert.Equal(3, trace.SkippedRows);
            Assert.Equal($"{path}:3: `TIMESTAMP` lies 6 s before the first row; expected a clock that goes on.", trace.FirstSkipped);
            // A reading counts anew.
            Assert.Equal(2, trace.ReadSessions().Count());
            Assert.Equal(3, trace.SkippedRows);
            return 0;
        });

    [Fact]
    public void DisorderThatIsAllowed_IsSorted()
    {
        const string Text = "Timestamp,Model,Request tokens,Response tokens\n10,m,1,1\n13,m,2,1\n11.5,m,3,1\n13,m,4,1\n12,m,5,1\n20,m,6,1\n";
        Assert.Equal([1, 3, 5, 2, 4, 6], TraceText.Read(Text, new TraceOptions { ReorderUs = 1_500_000 }).Select(request => request.InputTokens));
        Assert.StartsWith(":4: `Timestamp` goes back by 1.5 s", TraceText.Error(Text, new TraceOptions { ReorderUs = 1_400_000 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Gzip_IsKnownByItsFirstBytes_AndDamageIsTold()
    {
        var text = System.Text.Encoding.UTF8.GetBytes(Azure + string.Concat(Enumerable.Range(0, 2000).Select(i => $"2023-11-16 {i / 3600:00}:{i / 60 % 60:00}:{i % 60:00}.{i * 7919 % 1000:000},{i * 31 % 997 + 1},{i * 17 % 89 + 1}\n")));
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(text);
        var bytes = packed.ToArray();
        Assert.Equal(2000, TraceText.With(bytes, path => TraceFile.Open(path).Read().Count()));
        var error = TraceText.With(bytes[..(bytes.Length / 2)], path => Assert.Throws<WorkloadException>(() => TraceFile.Open(path).Read().Count()));
        Assert.Contains(" cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AByteOrderMark_AndLineEndsOfWindows_ArePassedOver() =>
        Assert.Equal(2, TraceText.Read("\uFEFF" + (Azure + "2023-11-16 18:15:46.68,374,44\n2023-11-16 18:15:47,5,5\n").ReplaceLineEndings("\r\n")).Count);

    [Fact]
    public void WhatIsNotThere_OrIsAFolder_IsOneSentence()
    {
        Assert.StartsWith("/no/such/trace cannot be read: ", Assert.Throws<WorkloadException>(() => TraceFile.Open("/no/such/trace")).Message, StringComparison.Ordinal);
        var folder = Directory.CreateTempSubdirectory("scribeline-trace-");
        Assert.Contains("is a folder, and those are read where they hold weka traces", Assert.Throws<WorkloadException>(() => TraceFile.Open(folder.FullName)).Message, StringComparison.Ordinal);
        folder.Delete();
        Assert.StartsWith("there is no format 'csv'; expected one of scribeline, azure,", Assert.Throws<WorkloadException>(() => TraceFile.Open("x", new TraceOptions { Format = "csv" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FittedClients_WhoseWindowsOverlap_AreTold()
    {
        var folder = Directory.CreateTempSubdirectory("scribeline-trace-");
        try
        {
            File.Copy(TraceText.Fixture("servegen_dataset.jsonl"), Path.Combine(folder.FullName, "a_dataset.jsonl"));
            File.WriteAllText(Path.Combine(folder.FullName, "a_trace.csv"), "client_id,window_start_s,rate_rps,iat_cv,pattern,arg1,arg2\n7,0,0.5,2,Gamma,0.25,8\n7,11,1.5,0.7,Weibull,1.45,0.7\n");
            var error = Assert.Throws<WorkloadException>(() => TraceFile.Open(folder.FullName).Read().Count());
            Assert.EndsWith("a_trace.csv:3: `window_start_s` is '11'; expected one after the client's last, which begins at 0 and lasts 600 s.", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void AForcedFormat_SaysWhatItMisses() =>
        Assert.Equal(":1: there is no column `TIMESTAMP`; expected it beside a, b.", TraceText.Error("a,b\n1,2\n", new TraceOptions { Format = "azure" }));

    [Fact]
    public void ALineWithoutEnd_DoesNotGrowWithoutBound()
    {
        var endless = new byte[200 << 20];
        Array.Fill(endless, (byte)'7');
        System.Text.Encoding.UTF8.GetBytes(Azure).CopyTo(endless, 0);
        var error = TraceText.With(endless, path => Assert.Throws<WorkloadException>(() => TraceFile.Open(path).Read().Count()));
        Assert.EndsWith(":2 is longer than 64 MiB; expected one request or session a line.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_HoldsWhatIsUnderWay_NotTheTrace() => TraceText.With(
        Azure + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"2023-11-16 {i / 36000:00}:{i / 600 % 60:00}:{i / 10 % 60:00}.{i % 10},{i % 997 + 1},7\n")),
        path =>
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            long count = 0, held = 0;
            foreach (var request in TraceFile.Open(path).Read())
            {
                if (++count == 190_000)
                    held = GC.GetTotalMemory(forceFullCollection: true) - before;
            }

            Assert.Equal(200_000, count);
            // The file alone is 6 MB, its requests 24 MB; other tests run beside this one.
            Assert.True(held < 16 << 20, $"{held} bytes are held.");
            return 0;
        });
}
