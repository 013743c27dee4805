using System.Globalization;
using System.Security;
using System.Text;

namespace Kouyin.Speech.Evaluation.Pictures;

/// <summary>
/// Builds an SVG picture: panels below one another, on white, readable in any browser and in a README. Inside a page
/// that defines the colours --ink, --soft, --mark and --card it takes those, light or dark.
/// </summary>
internal sealed class Svg
{
    /// <summary>Colours of what is written, of what stands back and of what matters.</summary>
    public const string Ink = "var(--ink,#222)", Soft = "var(--soft,#8888aa)", Mark = "var(--mark,#c03020)";

    private readonly StringBuilder _body = new();
    private double _width;

    /// <summary>Where the next panel begins, in pixels from the top.</summary>
    public double Top { get; private set; } = 8;

    /// <summary>Leaves room.</summary>
    public void Skip(double height) => Top += height;

    /// <summary>Writes a line of text.</summary>
    public void Text(double x, double y, string text, int size = 13, string anchor = "start", string colour = Ink)
    {
        Add($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" font-size=\"{size}\" text-anchor=\"{anchor}\" ");
        Add($"style=\"fill:{colour}\">");
        _body.Append(SecurityElement.Escape(text)).Append("</text>\n");
    }

    /// <summary>Places a PNG, stretched without smoothing.</summary>
    public void Image(byte[] png, double x, double y, double width, double height)
    {
        _width = Math.Max(_width, x + width);
        Add($"<image x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\" ");
        Add($"preserveAspectRatio=\"none\" ");
        _body.Append("style=\"image-rendering:pixelated\" href=\"data:image/png;base64,")
            .Append(Convert.ToBase64String(png)).Append("\"/>\n");
    }

    /// <summary>Draws a path through points.</summary>
    public void Line(IEnumerable<(double X, double Y)> points, string colour, double width = 1)
    {
        _body.Append("<polyline fill=\"none\" style=\"stroke:").Append(colour);
        Add($"\" stroke-width=\"{width:0.##}\" points=\"");
        foreach (var (x, y) in points)
        {
            _width = Math.Max(_width, x);
            Add($"{x:0.#},{y:0.#} ");
        }
        _body.Append("\"/>\n");
    }

    /// <summary>The file.</summary>
    public override string ToString()
    {
        string width = (_width + 16).ToString("0", CultureInfo.InvariantCulture);
        string height = (Top + 8).ToString("0", CultureInfo.InvariantCulture);
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" "
            + $"viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\">\n"
            + $"<rect width=\"100%\" height=\"100%\" style=\"fill:var(--card,white)\"/>\n{_body}</svg>\n";
    }

    private void Add(FormattableString text) => _body.Append(text.ToString(CultureInfo.InvariantCulture));
}
