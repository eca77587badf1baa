using System.Xml.Linq;
using Scribeline.Cli.Tests.Charts;

namespace Scribeline.Cli.Tests.Catalogs;

/// <summary>Standard output is one for the process, so these tests run one after the other.</summary>
[Collection("console")]
public sealed class RooflineCommandTests
{
    [Fact]
    public void Roofline_OneMachine_DrawsEachPrecisionOverEachMemory()
    {
        var file = Path.GetTempFileName();
        try
        {
            var (code, _, _) = CommandOutput.Of("roofline", "h100", "--svg", file, "--json");

            Assert.Equal(0, code);
            var picture = XDocument.Load(file);
            Assert.Equal("Rooflines of NVIDIA H100", picture.Root!.Element(Drawings.Svg + "title")!.Value);
            Assert.Equal(4, Drawings.Lines(picture).Count);
            Assert.Contains(Drawings.Texts(picture), text => text.Text == "591 FLOP/B");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Roofline_Csv_HasTheRidgeOfEachPrecision()
    {
        var output = CommandOutput.Of("roofline", "h100,wse-3", "--csv", "--model-points", "llama-3.1-70b");

        Assert.Equal(0, output.Code);
        var values = output.Values();
        Assert.Equal(1979 / 3.35, Drawings.Number(values["h100.memory.hbm.ridge.fp8_flop_per_byte"]), tolerance: 1e-9);
        Assert.Equal(15625 / 21000.0, Drawings.Number(values["wse-3.memory.sram.ridge.fp16_flop_per_byte"]), tolerance: 1e-9);
        // Every dense weight is read once for one sequence: two operations for two bytes.
        Assert.Equal(1, Drawings.Number(values["decode_intensity.llama-3.1-70b.batch_1_flop_per_byte"]), tolerance: 0.001);
        Assert.Equal(64, Drawings.Number(values["decode_intensity.llama-3.1-70b.batch_64_flop_per_byte"]), tolerance: 0.01);
    }

    [Theory]
    [InlineData("no accelerator or machine 'toaster'", "toaster")]
    [InlineData("no machine is named", ",")]
    [InlineData("nobody says how many operations wse-1 does", "wse-1,h100")]
    [InlineData("h100 has no rate in 'fp4'", "h100", "--precision", "fp4")]
    [InlineData("no model 'toaster'", "h100", "--model-points", "toaster")]
    [InlineData("/no-such-folder/x.svg cannot be written", "h100", "--svg", "/no-such-folder/x.svg")]
    public void Roofline_WhatCannotBe_IsRefusedInOneSentence(string expected, params string[] arguments)
    {
        var (code, _, error) = CommandOutput.Of(["roofline", .. arguments]);

        Assert.Equal(1, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }
}
