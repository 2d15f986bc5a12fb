/// How far the kernels' floats may be from what they stand for.
///
/// A sum of n products in whatever order, with or without fused multiply-adds, is off by no more than
/// γₙ · Σ|w| |x| with γₙ = n u / (1 − n u) and u = 2⁻²⁴ (Higham 2002, Accuracy and Stability of Numerical Algorithms,
/// §3.1). What is computed here in Float64 is off by 2⁻²⁹ of that, which `margin` covers with the rest.
enum Rounding {
    static let unit = 0x1p-24
    /// What products lose that are no normal floats, each.
    static let underflow = 0x1p-149
    /// Covers 1 / (1 − n u) for n up to 10⁵, and rounding in Float64.
    private static let margin = 1.01

    /// What `operations` roundings, one after the other, do to a result whose terms have magnitudes of this sum.
    static func error(operations: Double, of magnitude: Double) -> Double {
        if magnitude == 0 { return 0 }
        let units = operations * unit, factor = units < 0.009 ? units * margin : units / max(1 - units, 0) * margin
        return factor * magnitude + operations * underflow * (1 + magnitude)
    }

    /// Winograd's transforms of 3 × 3 windows.
    ///
    /// With y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, errors are bounded as above by the same formula of magnitudes:
    /// γ · |A|ᵀ [(|G| |g| |G|ᵀ) ⊙ (|B|ᵀ |d| |B|)] |A|. Where |d| ≤ X everywhere that is Σ |g(h, w)| X m(h, t) m(w, s) for
    /// output (t, s) of a tile, m(h, t) = Σᵢ |A(i, t)| (Σⱼ |B(j, i)|) |G(i, h)|; `growth` is its largest over t. Taken
    /// from the matrices of F(4 × 4, 3 × 3) at 0, ±√½, ±√2, ∞; those of F(2 × 2, 3 × 3) are smaller: 4, 2, 4.
    enum Winograd {
        static let growth = [12.5356, 6.5356, 12.5356]
        /// Of one path through both transforms, rounded constants among them; the sum over channels comes on top.
        static let operations = 36.0
    }
}
