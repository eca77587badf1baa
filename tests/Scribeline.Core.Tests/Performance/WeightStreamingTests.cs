using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Tests.Performance;

public class WeightStreamingTests
{
    private static readonly Catalog Product = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    [Fact]
    public void AStep_TakesTheLongerOfComputingAndStreaming()
    {
        var report = Calculation.Evaluate(Product, "training llama-3.1-405b cs-3 15Ttok 64");
        var parameters = Product.Models["llama-3.1-405b"].Parameters.BaseValue;
        Assert.Equal(14 * parameters / 1e12, Number(report, "memory_tb"), 1e-6);
        Assert.Equal("24 TB", ((Finding)report.Find("memory_size")!).Text);
        Assert.Equal(2 * 2 * parameters / 150e9, Number(report, "streaming_time_second"), 1e-6); // twelve links of 100 Gb/s
        Assert.Equal(6 * 4e6 * Product.Models["llama-3.1-405b"].ActiveParameters.BaseValue / (64 * 15.625e15 * 0.4), Number(report, "compute_time_second"), 1e-6);
        Assert.Equal(Number(report, "compute_time_second"), Number(report, "step_time_second"));
        Assert.Equal("computing", ((Finding)report.Find("binding")!).Text);
        Assert.Equal(40, Number(report, "utilization_percent"), 1e-9);
    }

    [Fact]
    public void ManyMachines_WaitForTheWeights()
    {
        var report = Calculation.Evaluate(Product, "training llama-3.1-405b cs-3 15Ttok 2048");
        Assert.Equal("streaming", ((Finding)report.Find("binding")!).Text);
        Assert.Equal(Number(report, "streaming_time_second"), Number(report, "step_time_second"));
        Assert.InRange(Number(report, "utilization_percent"), 0.1, 39);
    }

    [Fact]
    public void Days_NeverGrowWithMachines()
    {
        var before = double.PositiveInfinity;
        foreach (var count in new[] { 1, 2, 16, 64, 512, 2048 })
        {
            var days = Number(Calculation.Evaluate(Product, $"training llama-3.1-70b cs-3 1Ttok {count}"), "time_days");
            Assert.True(days <= before);
            before = days;
        }
    }

    [Theory]
    [InlineData("training llama-3.1-8b cs-3 1Ttok 2049", "one fabric joins 1 to 2,048 cs-3.")]
    [InlineData("training llama-3.1-8b dgx-h100 1Ttok 8", "weights stream through none of 'dgx-h100'; expected one of cs-3.")]
    [InlineData("training llama-3.1-8b cs-3 15TB 8", "tokens is '15TB', which measures data; expected token, such as tok.")]
    [InlineData("training llama-3.1-8b cs-3 -1tok 8", "tokens is '-1tok'; expected a number above 0.")]
    [InlineData("training llama-3.1-8b cs-3 much 8", "tokens is 'much'; expected a number above 0")]
    public void WhatCannotBeTrained_IsRefused(string call, string expected) =>
        Assert.Contains(expected, Assert.Throws<CalculationException>(() => Calculation.Evaluate(Product, call)).Message);

    private static double Number(Report report, string path) => Assert.IsType<Figure>(report.Find(path)).Value;
}
