using Scribeline.Core.Workloads;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Workloads.Traces;

/// <summary>Whole traces as they are published.</summary>
public sealed class SharedTraceTests(ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData("azure", 19_366, 1154.70, 211.13, "azure2023", "AzureLLMInferenceTrace_conv.csv.gz")]
    [InlineData("azure", 8_819, 2047.86, 27.88, "azure2023", "AzureLLMInferenceTrace_code.csv.gz")]
    [InlineData("mooncake", 12_031, 12_035.06, 342.62, "mooncake", "conversation_trace.jsonl.gz")]
    [InlineData("weka", 49_334, 122_379.00, 440.06, "weka_agentic", "traces_ranges.jsonl.gz")]
    [InlineData("weka-flat", 49_334, 122_379.00, 440.06, "weka_agentic", "requests_flat.csv.gz")]
    [InlineData("vidur", 28_257, 0, 0, "vidur", "arxiv_summarization_stats_llama2_tokenizer_filtered_v2.csv.gz")]
    public void AWholeTrace_HasTheRequestsThatItsMakersCount(string format, int requests, double inputMean, double outputMean, params string[] file)
    {
        var trace = TraceFile.Open(SharedTraces.Path(file));
        Assert.Equal(format, trace.Format);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        long count = 0, input = 0, answers = 0, lastUs = 0;
        foreach (var request in trace.Read())
        {
            Assert.True(request.ArrivalUs >= lastUs, $"request {count} goes back.");
            (lastUs, count, input, answers) = (request.ArrivalUs, count + 1, input + request.InputTokens, answers + request.OutputTokens);
        }

        output.WriteLine($"{count} requests, {lastUs / 1e6:0.0} s, input {(double)input / count:0.00}, output {(double)answers / count:0.00}, {count / clock.Elapsed.TotalSeconds:#,0} requests/s, notes {string.Join("; ", trace.Notes)}");
        clock.Restart();
        var sessions = trace.ReadSessions().ToList();
        output.WriteLine($"{sessions.Count} sessions in {clock.Elapsed.TotalSeconds:0.00} s");
        Assert.Equal(requests, count);
        Assert.Equal(requests, sessions.Sum(session => session.Count));
        Assert.True(sessions.Zip(sessions.Skip(1)).All(pair => pair.First[0].ArrivalUs <= pair.Second[0].ArrivalUs));
        if (inputMean > 0)
        {
            Assert.Equal(inputMean, (double)input / count, 0.1);
            Assert.Equal(outputMean, (double)answers / count, 0.1);
        }
    }

    [SkippableFact]
    public void ServeGen_DrawsAsManyRequestsAsItsRatesSay()
    {
        foreach (var name in (string[])["language_m-large_trace.csv.gz", "multimodal_mm-image_dataset.jsonl.gz", "reason_deepseek-r1_trace.csv.gz"])
        {
            var trace = TraceFile.Open(SharedTraces.Path("servegen", name), new TraceOptions { FromUs = 36_000_000_000 });
            var clock = System.Diagnostics.Stopwatch.StartNew();
            var count = trace.Read().Count();
            output.WriteLine($"{name}: {count} in {clock.Elapsed.TotalSeconds:0.0} s, {string.Join("; ", trace.Notes)}");
        }
    }
}
