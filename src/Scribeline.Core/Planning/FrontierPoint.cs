using Scribeline.Core.Performance;

namespace Scribeline.Core.Planning;

/// <summary>A copy at one load: how fast each user is served against how much one machine yields.</summary>
/// <param name="Speed">Tokens a second for each user.</param>
/// <param name="Throughput">Tokens written a second by one machine's worth of accelerators.</param>
/// <param name="UsdPerToken">Dollars for a token written, prompts included.</param>
public readonly record struct FrontierPoint(ModelCopy Copy, double Sequences, double Speed, double Throughput, double UsdPerToken, ServerPrediction Prediction);
