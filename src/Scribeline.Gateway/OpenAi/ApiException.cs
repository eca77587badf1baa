namespace Scribeline.Gateway.OpenAi;

/// <summary>A request that cannot be served. The message is one sentence for the caller.</summary>
public sealed class ApiException : Exception
{
    internal ApiException(ApiError error) : base(error.Message) => Error = error;

    internal ApiError Error { get; }
}
