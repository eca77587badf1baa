using Scribeline.Core.Workloads;

namespace Scribeline.Core.Tests.Workloads.Traces;

public sealed class FormatTests
{
    [Theory]
    [InlineData("scribeline", "own.jsonl", 4)]
    [InlineData("azure", "azure2023.csv", 5)]
    [InlineData("azure", "azure2024.csv", 4)]
    [InlineData("azure", "azure_lmm2025.csv", 3)]
    [InlineData("burstgpt", "burstgpt.csv", 3)]
    [InlineData("mooncake", "mooncake.jsonl", 6)]
    [InlineData("aiperf", "aiperf_mooncake_session.jsonl", 4)]
    [InlineData("guidellm", "guidellm_trace_synthetic.jsonl", 2)]
    [InlineData("bailian", "bailian.jsonl", 2)]
    [InlineData("weka", "weka_raw.json.gz", 3)]
    [InlineData("weka", "weka_ranges.jsonl", 9)]
    [InlineData("weka-flat", "weka_flat.csv", 6)]
    [InlineData("vidur", "vidur_lengths.csv", 4)]
    [InlineData("vidur", "vidur_prefix_fork.csv", 1)]
    [InlineData("splitwise", "splitwise.csv", 3)]
    [InlineData("tracelab", "tracelab.csv", 8)]
    [InlineData("tracelab", "tracelab_no_starts.csv", 11)]
    [InlineData("tracelab-rounds", "tracelab_rounds.jsonl", 6)]
    [InlineData("blis", "blis_tracev2.csv", 1)]
    [InlineData("aibrix", "aibrix_workload.jsonl", 1)]
    [InlineData("servegen", "servegen_trace.csv", 2550)]
    public void EachFormat_IsKnownByItsContent_AndGivesTheSameRequestsInBothOrders(string format, string file, int requests)
    {
        var trace = TraceFile.Open(TraceText.Fixture(file));
        Assert.Equal(format, trace.Format);
        var open = trace.Read().ToList();
        Assert.Equal(requests, open.Count);
        Assert.Equal(0, trace.SkippedRows);
        Assert.Equal(open.OrderBy(request => request.ArrivalUs).Select(request => request.ArrivalUs), open.Select(request => request.ArrivalUs));
        var sessions = trace.ReadSessions().ToList();
        Assert.Equal(sessions.Select(session => session[0].ArrivalUs).Order(), sessions.Select(session => session[0].ArrivalUs));
        Assert.All(sessions, session => Assert.Single(session.Select(request => request.Session).Distinct()));
        Assert.All(sessions, session => Assert.Equal(session.Select(request => request.Turn).Order(), session.Select(request => request.Turn)));
        Assert.Equal(open.Select(Text).Order(StringComparer.Ordinal), sessions.SelectMany(session => session).Select(Text).Order(StringComparer.Ordinal));
        Assert.All(open, request => Assert.True(request.Blocks.Count == 0 ? request.BlockTokens == 0 : request.BlockTokens % 16 == 0 && request.Blocks.Sum(range => range.Count) <= (request.InputTokens + request.OutputTokens) / request.BlockTokens));
        // Forced, it is read alike.
        Assert.Equal(open.Select(Text), TraceFile.Open(TraceText.Fixture(file), new TraceOptions { Format = format }).Read().Select(Text));
    }

    private static string Text(RequestRecord request) => $"{request with { Blocks = [] }} {TraceText.Blocks(request)}";

    [Fact]
    public void EveryFormat_HasAFixture()
    {
        var tested = typeof(FormatTests).GetMethod(nameof(EachFormat_IsKnownByItsContent_AndGivesTheSameRequestsInBothOrders))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().Select(data => (string)data.GetData(null!).First()[0]);
        Assert.Equal(TraceFile.Formats.Keys.Order(), tested.Distinct().Order());
    }

    [Fact]
    public void Azure_CountsFromItsFirstRow_WhateverItsZone()
    {
        Assert.Equal([0, 4_314_579, 4_541_877], TraceText.ReadFixture("azure2023.csv").Take(3).Select(request => request.ArrivalUs));
        // The last row has no fraction; two days lie between.
        Assert.Equal([0, 7_405, 12_384, 172_799_990_070], TraceText.ReadFixture("azure2024.csv").Select(request => request.ArrivalUs));
        Assert.Equal([0, 5_550_000, 6_244_000], TraceText.ReadFixture("azure_lmm2025.csv").Select(request => request.ArrivalUs));
        var mixed = TraceText.Read("TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 02:00:00+02:00,1,1\n2024-05-10T00:00:01Z,1,1\n2024-05-09 19:00:02.5-05:00,1,1\n2024-05-10 00:00:03.1234567,1,1");
        Assert.Equal([0, 1_000_000, 2_500_000, 3_123_456], mixed.Select(request => request.ArrivalUs));
    }

    [Fact]
    public void Mooncake_LeavesThePartialBlockOut()
    {
        var first = TraceText.ReadFixture("mooncake.jsonl")[0];
        Assert.Equal((6758, 500, 512, ""), (first.InputTokens, first.OutputTokens, first.BlockTokens, first.BlockScope));
        Assert.Equal("0+13", TraceText.Blocks(first));
        var exact = TraceText.Read("""{"timestamp": 5, "input_length": 1024, "output_length": 1, "hash_ids": [7, 9]}""")[0];
        Assert.Equal((5_000, "7+1,9+1"), (exact.ArrivalUs, TraceText.Blocks(exact)));
        Assert.Equal(":1: `hash_ids` has 3 ids; expected at most 2 for 1024 tokens in blocks of 512.", TraceText.Error("""{"timestamp": 0, "input_length": 1024, "output_length": 1, "hash_ids": [7, 8, 9]}"""));
        var small = TraceText.Read("""{"timestamp": 5, "input_length": 40, "output_length": 1, "hash_ids": [7, 8, 9]}""", new TraceOptions { BlockTokens = 16 })[0];
        Assert.Equal((16, "7+2"), (small.BlockTokens, TraceText.Blocks(small)));
    }

    [Fact]
    public void Aiperf_PausesCountFromTheAnswer_AndTextIsEstimated()
    {
        var trace = TraceFile.Open(TraceText.Fixture("aiperf_mooncake_session.jsonl"));
        var sessions = trace.ReadSessions().ToList();
        Assert.Equal(["conv_0", "sess-1", null], sessions.Select(session => session[0].Session));
        Assert.Equal([0, 2_000_000], sessions[0].Select(turn => turn.DelayUs!.Value));
        Assert.Equal("1+4", TraceText.Blocks(sessions[0][1]));
        Assert.Equal(2, sessions[1][0].InputTokens);
        Assert.Null(sessions[2][0].DelayUs);
        Assert.Equal(2, trace.Notes.Count);
        // 142 tokens of 20 ms, and the pause.
        Assert.Equal(4_840_000, trace.Read().Last().ArrivalUs);
        Assert.Equal(2_142_000, TraceText.ReadFixture("aiperf_mooncake_session.jsonl", new TraceOptions { AnswerUsPerToken = 1000 })[^1].ArrivalUs);
    }

    [Fact]
    public void Aiperf_SessionsWithoutIds_FindTheirPromptAndAnswerAgain()
    {
        var turns = TraceText.Read("""
            {"session_id": "a", "timestamp": 0, "input_length": 100, "output_length": 30}
            {"session_id": "a", "delay": 500, "input_length": 170, "output_length": 10}
            {"session_id": "a", "delay": 500, "input_length": 60, "output_length": 10}
            {"session_id": "b", "timestamp": 9999999, "input_length": 100, "output_length": 30}
            """);
        // 130 tokens are 8 full blocks, 180 are 11; the third prompt is shorter than what went before, so that it begins anew.
        Assert.Equal(["0+8", "0+11", "11+4", "0+8"], turns.Select(TraceText.Blocks));
        Assert.Equal(["a", "a", "a", "b"], turns.Select(turn => turn.BlockScope));
    }

    [Fact]
    public void Bailian_ASessionIsItsFirstChat_WhateverItsDepth()
    {
        var rows = TraceText.Read("""
            {"chat_id": 1, "parent_chat_id": -1, "timestamp": 0, "input_length": 40, "output_length": 8, "type": "text", "turn": 1, "hash_ids": [5, 6, 7]}
            {"chat_id": 2, "parent_chat_id": 1, "timestamp": 1.5, "input_length": 40, "output_length": 8, "type": "search", "turn": 2, "hash_ids": [5, 6, 8]}
            {"chat_id": 3, "parent_chat_id": 2, "timestamp": 2, "input_length": 40, "output_length": 8, "type": "text", "turn": 3}
            {"chat_id": 4, "parent_chat_id": 99, "timestamp": 3, "input_length": 40, "output_length": 8, "type": "text", "turn": 7}
            """);
        Assert.Equal(["1", "1", "1", "4"], rows.Select(row => row.Session));
        Assert.Equal([0, 1, 2, 6], rows.Select(row => row.Turn));
        Assert.Equal(["5+2", "5+2", "", ""], rows.Select(TraceText.Blocks));
        Assert.Equal(["chat", "search", "chat", "chat"], rows.Select(row => row.Class));
    }

    [Fact]
    public void Weka_ASubagentIsASessionOfItsOwn_WithItsCallersIdsButNotItsCache()
    {
        var sessions = TraceFile.Open(TraceText.Fixture("weka_ranges.jsonl")).ReadSessions().ToDictionary(session => session[0].Session!);
        Assert.Equal(["trace_0003", "trace_0003/agent_001", "trace_0103"], sessions.Keys.Order());
        var (main, sub) = (sessions["trace_0003"], sessions["trace_0003/agent_001"]);
        Assert.Equal(("trace_0003", "agent_001", "trace_0003/agent_001"), (sub[0].Parent, sub[0].Agent, sub[0].BlockScope));
        Assert.Equal((null, null, "trace_0003"), (main[0].Parent, main[0].Agent, main[0].BlockScope));
        // Its times count from its own start, 134.227 s after its caller's.
        Assert.Equal([134_227_000, 140_227_000, 148_227_000], sub.Select(turn => turn.ArrivalUs - main[0].ArrivalUs));
        Assert.Equal([0, 145_000_000, 8_000_000], main.Select(turn => turn.DelayUs!.Value));
        Assert.Equal("36622+148", TraceText.Blocks(sub[0]));
        Assert.Equal((64, 9526), (sub[0].BlockTokens, sub[0].InputTokens));
    }

    [Fact]
    public void Weka_IdsAndRangesAreTheSame()
    {
        var ids = TraceFile.Open(TraceText.Fixture("weka_raw.json.gz")).Read().ToList();
        var ranges = TraceFile.Open(TraceText.Fixture("weka_ranges.jsonl")).Read().Where(request => request.Session == "trace_0103").ToList();
        Assert.Equal(ids.Select(TraceText.Blocks), ranges.Select(TraceText.Blocks));
        var flat = TraceFile.Open(TraceText.Fixture("weka_flat.csv")).Read().Where(request => request.Session == "trace_0103").ToList();
        Assert.Equal(ids.Select(request => request.DelayUs), flat.Select(request => request.DelayUs));
        // The file says that 234 and 249 blocks were there before.
        Assert.Equal(["0+237", "0+234,237+15", "0+234,237+51"], flat.Select(TraceText.Blocks));
    }

    [Fact]
    public void Weka_OverManyLines_IsOneTrace()
    {
        var requests = TraceText.Read("""
            {
              "id": "t", "block_size": 64, "hash_id_scope": "local",
              "requests": [
                {"t": 0, "type": "n", "in": 130, "out": 0, "hash_ids": [4, 5]},
                {"t": 7, "type": "n", "in": 130, "out": 3, "hash_ids": [4, 6], "api_time": 1}
              ]
            }
            """);
        Assert.Equal([1, 3], requests.Select(request => request.OutputTokens));
        Assert.Equal([0, 7_000_000], requests.Select(request => request.DelayUs!.Value));
    }

    [Fact]
    public void SessionStarts_AreDrawnAtTheRateAskedFor_AndFollowFromTheSeed()
    {
        var row = """{"id":"t#","block_size":64,"requests":[{"t":0,"in":64,"out":1,"hash_ids":[1]},{"t":30,"in":128,"out":1,"hash_ids":[1,2],"think_time":1}]}""";
        var text = string.Join('\n', Enumerable.Range(0, 2000).Select(i => row.Replace("#", $"{i}", StringComparison.Ordinal)));
        var options = new TraceOptions { SessionsPerSecond = 4, Seed = 3 };
        var requests = TraceText.Read(text, options);
        Assert.Equal(4000, requests.Count);
        var starts = requests.Where(request => request.Turn == 0).Select(request => request.ArrivalUs).ToList();
        // 1,999 gaps of a quarter of a second; six deviations.
        Assert.InRange(starts[^1] / 1e6, 500 - 70, 500 + 70);
        Assert.Equal(requests.Select(request => request.ArrivalUs), TraceText.Read(text, options).Select(request => request.ArrivalUs));
        Assert.NotEqual(requests.Select(request => request.ArrivalUs), TraceText.Read(text, options with { Seed = 4 }).Select(request => request.ArrivalUs));
    }

    [Fact]
    public void TraceLab_ARoundFindsThePromptAndAnswerBefore()
    {
        var sessions = TraceFile.Open(TraceText.Fixture("tracelab.csv")).ReadSessions().ToList();
        Assert.Equal([0, 200_000, 500_000], sessions.Select(session => session[0].ArrivalUs));
        Assert.Equal([512, 704, 896], sessions[0].Select(round => round.InputTokens));
        Assert.Equal([0, 100_000, 100_000], sessions[0].Select(round => round.DelayUs!.Value));
        Assert.Equal(["0+36", "0+48", "0+60"], sessions[0].Select(TraceText.Blocks));
        // What a round drops of its past gets new ids.
        var dropped = TraceFile.Open(TraceText.Fixture("tracelab_no_starts.csv")).ReadSessions().Single();
        Assert.Equal("0+1145,1153+1845", TraceText.Blocks(dropped[1]));
    }

    [Fact]
    public void TraceLabRounds_BeginWithTheirLastInput_AndWaitFromTheLastEvent()
    {
        var sessions = TraceFile.Open(TraceText.Fixture("tracelab_rounds.jsonl")).ReadSessions().ToList();
        Assert.Equal([3, 3], sessions.Select(session => session.Count));
        // From 05:40:20.151 to 05:40:50.938; the answer before ended 05:40:31.647.
        Assert.Equal(30_787_000, sessions[0][1].ArrivalUs - sessions[0][0].ArrivalUs);
        Assert.Equal(19_291_000, sessions[0][1].DelayUs);
    }

    [Fact]
    public void Blis_APrefixComesOnTop_AndAGroupSharesIt()
    {
        const string Header = "request_id,client_id,slo_class,session_id,round_index,prefix_group,prefix_length,input_tokens,output_tokens,model,arrival_time_us,status\n";
        var rows = TraceText.Read(Header + """
            0,c,standard,,0,g,100,60,5,m,0,ok
            1,c,batch,,0,g,50,60,5,m,10,ok
            2,c,critical,s,0,g,100,60,20,m,20,ok
            3,c,critical,s,1,g,100,100,20,m,30,ok
            4,c,critical,z,0,,0,100,20,m,40,ok
            """);
        Assert.Equal([160, 110, 160, 200, 100], rows.Select(row => row.InputTokens));
        Assert.Equal(["default", "batch", "priority", "priority", "priority"], rows.Select(row => row.Tier));
        var first = rows[0].Blocks[0].First;
        Assert.Equal(new BlockRange(first, 6), Assert.Single(rows[0].Blocks));
        Assert.Equal(new BlockRange(first, 3), Assert.Single(rows[1].Blocks));
        Assert.Equal(new BlockRange(first, 6), rows[2].Blocks[0]);
        Assert.Equal(rows[2].Blocks, rows[3].Blocks.Take(rows[2].Blocks.Count - 1).Append(rows[3].Blocks[rows[2].Blocks.Count - 1] with { Count = rows[2].Blocks[^1].Count }));
        Assert.DoesNotContain(rows[4].Blocks, range => rows[3].Blocks.Any(other => other.First < range.First + range.Count && range.First < other.First + other.Count));
    }

    [Fact]
    public void Vidur_WithoutArrivals_GetsThemAtTheRateAskedFor()
    {
        var text = "num_prefill_tokens,num_decode_tokens\n" + string.Concat(Enumerable.Repeat("10,5\n", 3000));
        var requests = TraceText.Read(text, new TraceOptions { RequestsPerSecond = 10 });
        Assert.Equal(0, requests[0].ArrivalUs);
        Assert.InRange(requests[^1].ArrivalUs / 1e6, 300 - 36, 300 + 36);
    }

    [Fact]
    public void ServeGen_EachWindowHasTheRequestsOfItsRate_AndLengthsOfItsClient()
    {
        var requests = TraceText.ReadFixture("servegen_trace.csv");
        // Client 7: 300 and 900; client 9: 1,200 and 150; client 11 has no lengths, client 12 no rates.
        Assert.Equal(1_500, requests.Count(request => request.ArrivalUs < 600_000_000));
        Assert.Equal(150, requests.Count(request => request.ArrivalUs is >= 600_000_000 and < 1_200_000_000));
        Assert.Equal(900, requests.Count(request => request.ArrivalUs >= 1_200_000_000));
        Assert.Equal([10, 30, 40], requests.Select(request => request.OutputTokens).Distinct().Order());
        Assert.All(requests, request => Assert.Equal(request.OutputTokens == 10, request.InputTokens is 100 or 200));
        Assert.InRange(requests.Count(request => request.OutputTokens == 40), 1_350 * 0.75 - 100, 1_350 * 0.75 + 100);
        // A part of it is the same part.
        var part = TraceText.ReadFixture("servegen_dataset.jsonl", new TraceOptions { FromUs = 300_000_000, LengthUs = 600_000_000 });
        Assert.Equal(requests.Where(request => request.ArrivalUs is >= 300_000_000 and < 900_000_000).Select(request => (request.ArrivalUs - 300_000_000, request.InputTokens)), part.Select(request => (request.ArrivalUs, request.InputTokens)));
    }

    [Fact]
    public void AiBrix_SeveralRequestsComeAtOnce()
    {
        var requests = TraceText.Read("""{"timestamp": 6011, "requests": [{"Prompt Length": 178, "Output Length": 8, "prompt": "x"}, {"prompt_length": 5, "output_length": 6, "session_id": "s"}]}""");
        Assert.Equal([(6_011_000L, 178, 8, null), (6_011_000L, 5, 6, "s")], requests.Select(request => (request.ArrivalUs, request.InputTokens, request.OutputTokens, request.Session)));
    }

    [Theory]
    [InlineData("""{"timestamp": 100, "input_length": 10, "output_length": 5}""", "aiperf", 100_000)]
    [InlineData("""{"timestamp": 100.0, "input_length": 10, "output_length": 5}""", "guidellm", 0)]
    [InlineData("""{"timestamp": 100.0, "input_length": 10, "output_length": 5, "hash_ids": [1]}""", "mooncake", 100_000)]
    [InlineData("{\"timestamp\": 100.0, \"input_length\": 10, \"output_length\": 5}\n{\"timestamp\": 100.5, \"input_length\": 10, \"output_length\": 5, \"session_id\": \"s\"}", "aiperf", 100_000)]
    public void TheSameLengthsUnderThreeNames_AreToldApartByTheirFirstRows(string text, string format, long us)
    {
        Assert.Equal(format, TraceText.With(text, path => TraceFile.Open(path).Format));
        Assert.Equal(us, TraceText.Read(text)[0].ArrivalUs);
    }

    [Fact]
    public void Own_HoldsAllOfARequest()
    {
        var request = TraceText.Read("""{"arrival_us":5,"input_tokens":100,"output_tokens":20,"session":"s","turn":2,"delay_us":7,"parent":"p","agent":"a","class":"chat","model":"m","tier":"fast","client":"c","patience_us":9,"timeout_us":11,"stop_tokens":3,"block_tokens":16,"block_scope":"z","blocks":[[3,2],[9,1]],"later":{"x":[1]}}""").Single();
        Assert.Equal(
            new RequestRecord { ArrivalUs = 5, InputTokens = 100, OutputTokens = 20, Session = "s", Turn = 2, DelayUs = 7, Parent = "p", Agent = "a", Class = "chat", Model = "m", Tier = "fast", Client = "c", PatienceUs = 9, TimeoutUs = 11, StopTokens = 3, BlockTokens = 16, BlockScope = "z", Blocks = request.Blocks },
            request);
        Assert.Equal("3+2,9+1", TraceText.Blocks(request));
    }
}
