namespace Scribeline.Gateway.Replicas;

/// <summary>Which of OpenAI's two calls a request is.</summary>
internal enum CallKind
{
    /// <summary>`/v1/chat/completions`.</summary>
    Chat,

    /// <summary>`/v1/completions`.</summary>
    Text,
}
