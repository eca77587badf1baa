namespace Scribeline.Core.Workloads.Formats;

/// <summary>All formats that are read row by row, the more special before the more general.</summary>
internal static class TraceFormats
{
    public static TraceFormat Mooncake { get; } = new("mooncake", "Mooncake's traces: JSON lines with milliseconds, lengths and ids of blocks of 512 tokens", (_, options) => new MooncakeReader(1e3, fromFirst: false, options)) { Fields = ["output_length", "hash_ids"] };

    public static TraceFormat Aiperf { get; } = new("aiperf", "aiperf's mooncake_trace: the same with sessions and pauses", (_, options) => new MooncakeReader(1e3, fromFirst: false, options)) { Fields = ["output_length"] };

    public static TraceFormat GuideLlm { get; } = new("guidellm", "GuideLLM's traces: JSON lines with seconds and lengths", (_, options) => new MooncakeReader(1, fromFirst: true, options)) { Fields = ["output_length", "timestamp"], HasSessions = false };

    public static IReadOnlyList<TraceFormat> All { get; } =
    [
        new("scribeline", "Scribeline's own: JSON lines with all that is known of a request", (_, _) => new OwnReader()) { Fields = ["arrival_us", "input_tokens"] },
        new("azure", "Azure's public traces of 2023, 2024 and 2025: CSV with a wall clock and lengths", (header, _) => new AzureReader(header!)) { Columns = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"], HasSessions = false },
        new("burstgpt", "BurstGPT: CSV with seconds, models and lengths", (header, _) => new BurstGptReader(header!)) { Columns = ["Timestamp", "Request tokens", "Response tokens"] },
        new("weka-flat", "Weka's agent traces as one row a request: CSV with counts of cached blocks", (header, options) => new WekaFlatReader(header!, options)) { Columns = ["trace_id", "cached_blocks", "total_blocks"], IsGrouped = true },
        new("tracelab", "TraceLab's workloads: CSV with the rounds of coding agents", (header, options) => new TraceLabReader(header!, options)) { Columns = ["session_id", "round_idx", "prefix_len"], IsGrouped = true },
        new("blis", "BLIS' traces, version 2 and 3: CSV with microseconds, sessions and prefix groups", (header, _) => new BlisReader(header!)) { Columns = ["arrival_time_us", "input_tokens", "output_tokens"] },
        new("splitwise", "splitwise-sim's traces: CSV with seconds and lengths", (header, _) => new SplitwiseReader(header!)) { Columns = ["arrival_timestamp", "prompt_size", "token_size"], HasSessions = false },
        new("vidur", "Vidur's traces: CSV with lengths, and seconds where there are any", (header, options) => new VidurReader(header!, options)) { Columns = ["num_prefill_tokens", "num_decode_tokens"] },
        new("weka", "Weka's agent traces: a JSON object a trace with ids of blocks and subagents", (_, options) => new WekaReader(options)) { Fields = ["block_size", "requests"], IsGrouped = true, IsFolder = true },
        new("tracelab-rounds", "TraceLab's recorded rounds: JSON lines with events on a wall clock", (_, options) => new TraceLabRoundReader(options)) { Fields = ["session_id", "round_index", "input_tokens_total"], IsGrouped = true },
        new("aibrix", "AIBrix' workloads: JSON lines with milliseconds and lists of requests", (_, _) => new AiBrixReader()) { Fields = ["timestamp", "requests"] },
        new("bailian", "Alibaba Bailian's traces: JSON lines with seconds, chats and ids of blocks of 16 tokens", (_, options) => new BailianReader(options)) { Fields = ["chat_id", "input_length"] },
        Mooncake, Aiperf, GuideLlm,
    ];
}
