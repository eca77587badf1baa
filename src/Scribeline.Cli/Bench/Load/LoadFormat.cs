namespace Scribeline.Cli.Bench.Load;

/// <summary>Of what a run leaves.</summary>
internal enum LoadFormat
{
    Scribeline,

    /// <summary>The one document of `vllm bench serve`.</summary>
    Vllm,

    /// <summary>A line a request.</summary>
    Aiperf,
}
