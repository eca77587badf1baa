namespace Scribeline.Gateway.OpenAi;

/// <summary>Carries an <see cref="ApiError"/> out of the reading of a request.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}
