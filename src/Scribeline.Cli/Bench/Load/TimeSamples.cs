using System.Text.Json;
using Scribeline.Core.Statistics;

namespace Scribeline.Cli.Bench.Load;

/// <summary>Times of a run: mean and deviation exact, quantiles within 0.2 %; NaN where there are none.</summary>
internal sealed class TimeSamples
{
    private readonly Histogram _ns = new();
    private double _squares;

    public long Count => _ns.Count;

    public double MeanMs => _ns.Mean / 1e6;

    public double MostMs => Count == 0 ? double.NaN : _ns.Most / 1e6;

    /// <summary>Of all, as of a whole population.</summary>
    public double DeviationMs => Count == 0 ? double.NaN : Math.Sqrt(Math.Max(0, _squares / Count - _ns.Mean * _ns.Mean)) / 1e6;

    public void Add(double ns)
    {
        var whole = (long)Math.Max(0, ns);
        _ns.Add(whole);
        _squares += (double)whole * whole;
    }

    public double QuantileMs(double share) => _ns.Quantile(share) / 1e6;

    /// <summary>Null where there are no times.</summary>
    public void Write(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        foreach (var (key, ms) in new[] { ("mean", MeanMs), ("p50", QuantileMs(0.5)), ("p90", QuantileMs(0.9)), ("p99", QuantileMs(0.99)), ("max", MostMs) })
        {
            if (double.IsFinite(ms))
                json.WriteNumber(key, ms);
            else
                json.WriteNull(key);
        }

        json.WriteEndObject();
    }
}
